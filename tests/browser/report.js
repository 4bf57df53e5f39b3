// Walks a report: node report.js REPORT_FOLDER SCREENSHOT_FOLDER
// Every figure is drawn, no page asks for anything outside its folder, nothing is wrong in the console, in light, dark and on a phone.
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { open, until, main } = require('./browser');

main(async () => {
  const folder = path.resolve(process.argv[2]), shots = path.resolve(process.argv[3]);
  const pages = fs.readdirSync(folder).filter(name => name.endsWith('.html'));
  assert(pages.includes('index.html') && pages.length > 1, `no report in ${folder}`);
  for (const [look, options] of Object.entries({
    light: { colorScheme: 'light' },
    dark: { colorScheme: 'dark' },
    phone: { colorScheme: 'light', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  })) {
    const { browser, page, problems } = await open(options);
    page.on('request', request => {
      const url = request.url();
      if (!/^(data|blob):/.test(url) && !url.startsWith('file://' + folder)) problems.push('asked for ' + url);
    });
    for (const name of pages) {
      await page.goto('file://' + path.join(folder, name));
      const figures = await page.locator('.wb-figure').count();
      for (let index = 0; index < figures; index++) await page.locator('.wb-figure').nth(index).scrollIntoViewIfNeeded();
      await until(`the ${figures} figures of ${name} are drawn`, async () => await page.locator('.wb-figure[data-live="yes"] svg.main-svg').count() >= figures);
      const diagrams = await page.locator('pre.wb-mermaid').count();
      await until(`the ${diagrams} diagrams of ${name} are drawn`, async () => await page.locator('pre.wb-mermaid svg').count() === diagrams);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert(wide <= 1, `${name} is ${wide} px wider than the window (${look})`);
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0));
      assert(look === 'dark' ? ground < 200 : ground > 600, `${name}: the ground is ${ground} in ${look}`);
      assert.strictEqual(await page.locator('.katex-error').count(), 0, `${name} has a formula that cannot be set`);
      for (const kind of ['.outputs th.sortable', '.outputs .wb-table thead th']) {
        const head = page.locator(kind).first();
        if (!await head.count()) continue;
        await head.click();
        assert.strictEqual(await head.getAttribute('aria-sort'), 'ascending', `${name}: ${kind} does not sort`);
      }
      await page.screenshot({ path: path.join(shots, `${path.basename(name, '.html')}-${look}.png`), fullPage: true });
      console.log(`${name} ${look}: ${figures} figures, ${diagrams} diagrams`);
    }
    assert.deepStrictEqual(problems, [], `${look}: ${problems.join('; ')}`);
    await browser.close();
  }
});
