// What both walks share: Debian's Chromium, and words for what is missing.
'use strict';
const { chromium } = require('playwright-core');
const assert = require('assert');

exports.open = async (options = {}) => {
  const browser = await chromium.launch({ executablePath: process.env.WORKBOOK_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems = [];
  page.on('console', message => { if (message.type() === 'error') problems.push(message.text()); });
  page.on('pageerror', error => problems.push(String(error)));
  return { browser, context, page, problems };
};

/** Waits until a function of ours is true. */
exports.until = async (what, probe, seconds = 60) => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    if (await probe()) return;
    assert(Date.now() < end, `waited ${seconds} s in vain until ${what}`);
    await new Promise(done => setTimeout(done, 100));
  }
};

exports.main = walk => walk().then(() => process.exit(0), error => { console.error(error); process.exit(1); });
