// Drives the classic Notebook: node notebook.js SERVER_ADDRESS NOTEBOOK_PATH SCREENSHOT_FOLDER
// All cells run, a figure is drawn and answers the mouse, a progress bar moves, Tab completes, interrupt and restart work from the menu.
'use strict';
const assert = require('assert');
const path = require('path');
const { open, until, main } = require('./browser');

const [address, notebook, shots] = process.argv.slice(2);

main(async () => {
  const { browser, page, problems } = await open();
  await page.goto(`${address}/notebooks/${notebook}`);
  const connected = () => page.evaluate(() => !!(window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()));
  await until('the kernel is connected', connected);
  const idle = () => page.evaluate(() => !Jupyter.notebook.kernel_busy && !Jupyter.notebook.get_cells().some(cell => cell.cell_type === 'code' && cell.input_prompt_number === '*'));

  await page.evaluate(() => Jupyter.notebook.execute_all_cells());
  await until('all cells have run', idle, 240);
  const errors = await page.locator('.output_error').allInnerTexts();
  assert.deepStrictEqual(errors, [], `cells failed: ${errors.join('\n')}`);
  await until('figures are drawn', async () => await page.locator('.wb-figure[data-live="yes"] svg.main-svg').count() > 0);
  const figure = page.locator('.wb-figure[data-live="yes"] .js-plotly-plot').last();
  await figure.scrollIntoViewIfNeeded();
  const box = await figure.locator('.nsewdrag').first().boundingBox();
  await until('the figure answers the mouse', async () => {
    for (let x = 0.1; x < 1; x += 0.1) {
      await page.mouse.move(box.x + box.width * x, box.y + box.height * 0.5);
      await page.waitForTimeout(60);
      if (await figure.locator('.hoverlayer .hovertext').count()) return true;
    }
    return false;
  }, 20);
  await page.screenshot({ path: path.join(shots, 'notebook-figure.png') });
  console.log(`${await page.locator('.wb-figure[data-live="yes"]').count()} figures`);

  /** Adds a code cell at the end; gives its index. */
  const add = text => page.evaluate(source => {
    const cell = Jupyter.notebook.insert_cell_at_bottom('code');
    cell.set_text(source);
    const index = Jupyter.notebook.find_cell_index(cell);
    Jupyter.notebook.select(index);
    return index;
  }, text);
  const run = index => page.evaluate(at => Jupyter.notebook.execute_cells([at]), index);
  const outputOf = index => page.evaluate(at => Jupyter.notebook.get_cell(at).output_area.element.text(), index);

  const bar = await add('using (var progress = ModelBalancing.Figures.LiveProgress.Start("training", 60))\n    for (int i = 1; i <= 60; i++) { await Task.Delay(50); progress.Report(i, loss: 1.0 / i); }');
  await run(bar);
  const widths = new Set();
  await until('the progress bar has moved', async () => {
    const width = await page.evaluate(at => { const fill = Jupyter.notebook.get_cell(at).output_area.element.find('.wb-bar-fill')[0]; return fill ? fill.style.width : ''; }, bar);
    if (width) widths.add(width);
    return width === '100%';
  }, 60);
  assert(widths.size >= 5, `the bar was seen at ${[...widths]}`);
  await page.locator('.wb-progress').last().scrollIntoViewIfNeeded();
  await page.screenshot({ path: path.join(shots, 'notebook-progress.png') });
  await until('the cell has ended', idle);
  console.log(`progress bar seen at ${widths.size} widths`);

  const completing = await add('Console.Wri');
  await page.evaluate(at => { Jupyter.notebook.select(at); Jupyter.notebook.edit_mode(); const cell = Jupyter.notebook.get_cell(at); cell.focus_editor(); cell.code_mirror.setCursor(0, 11); }, completing);
  await page.keyboard.press('Tab');
  await until('Tab completes', async () => /WriteLine/.test(await page.locator('.completions').innerText().catch(() => '')), 20);
  await page.screenshot({ path: path.join(shots, 'notebook-completion.png') });
  await page.keyboard.press('Escape');
  await page.evaluate(at => { Jupyter.notebook.command_mode(); Jupyter.notebook.get_cell(at).set_text('1'); }, completing);

  const diagram = await add('#!mermaid\ngraph LR\n  a --> b');
  await run(diagram);
  await until('the diagram is drawn', () => page.evaluate(at => Jupyter.notebook.get_cell(at).output_area.element.find('pre.wb-mermaid svg').length === 1, diagram), 30);

  const endless = await add('var kept = 41; while (true) { }');
  await run(endless);
  await until('the endless cell runs', async () => !(await idle()));
  await page.waitForTimeout(700);
  await page.click('#kernellink');
  await page.click('#int_kernel a');
  await until('the interrupt has ended the cell', idle, 10);
  assert(/interrupted/.test(await outputOf(endless)), await outputOf(endless));
  const after = await add('kept + 1');
  await run(after);
  await until('a value is kept', async () => /42/.test(await outputOf(after)), 20);

  await page.click('#kernellink');
  await page.click('#restart_kernel a');
  await page.click('.modal-dialog .btn-danger');
  await page.waitForTimeout(500);
  await until('the kernel is connected again', connected, 30);
  const gone = await add('kept');
  await run(gone);
  await until('the value is gone', async () => /kept/.test(await outputOf(gone)) && /does not exist/.test(await outputOf(gone)), 30);
  await page.screenshot({ path: path.join(shots, 'notebook-restarted.png') });

  // The server's own pages lack an extension, a font and an icon; what our outputs do wrong is not of that kind.
  const own = problems.filter(text => !/favicon|Failed to load resource|custom\.js|nbextensions|Access to font|MathJax/.test(text));
  assert.deepStrictEqual(own, [], own.join('; '));
  await page.evaluate(() => { Jupyter.notebook.set_dirty(false); window.onbeforeunload = null; });
  await browser.close();
});
