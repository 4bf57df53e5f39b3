// The ZeroMQ library that VS Code's Jupyter extension uses, as a client of the kernel: node client.js COMMAND...
// Starts the kernel as the extension does (connection file, message interrupt), runs a cell, interrupts one, completes, shuts down.
'use strict';
const assert = require('assert');
const crypto = require('crypto');
const { spawn } = require('child_process');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const zmq = require('zeromq');
const { main } = require('./browser');

const freePort = () => new Promise(done => { const server = net.createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => done(port)); }); });

main(async () => {
  const key = crypto.randomUUID(), session = crypto.randomUUID();
  const info = { ip: '127.0.0.1', transport: 'tcp', key, signature_scheme: 'hmac-sha256' };
  for (const name of ['shell', 'control', 'stdin', 'iopub', 'hb']) info[`${name}_port`] = await freePort();
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'workbook-node-')), 'connection.json');
  fs.writeFileSync(file, JSON.stringify(info));
  const started = Date.now();
  const [program, ...rest] = process.argv.slice(2);
  const kernel = spawn(program, [...rest, file], { stdio: 'inherit' });
  const gone = new Promise(done => kernel.on('exit', done));
  setTimeout(() => { kernel.kill('SIGKILL'); console.error('the kernel did not answer in 60 s'); process.exit(1); }, 60000).unref();

  const sockets = { shell: new zmq.Dealer({ routingId: session }), control: new zmq.Dealer({ routingId: session }), iopub: new zmq.Subscriber(), hb: new zmq.Request() };
  for (const [name, socket] of Object.entries(sockets)) { socket.linger = 0; socket.connect(`tcp://127.0.0.1:${info[`${name}_port`]}`); }
  sockets.iopub.subscribe();

  const send = async (socket, type, content) => {
    const header = { msg_id: crypto.randomUUID(), session, username: 'node', date: new Date().toISOString(), msg_type: type, version: '5.3' };
    const parts = [header, {}, {}, content].map(part => JSON.stringify(part));
    await socket.send(['<IDS|MSG>', crypto.createHmac('sha256', key).update(parts.join('')).digest('hex'), ...parts]);
    return header.msg_id;
  };
  const receive = async socket => {
    const frames = (await socket.receive()).map(frame => frame.toString());
    const at = frames.indexOf('<IDS|MSG>'), parts = frames.slice(at + 2, at + 6);
    assert.strictEqual(frames[at + 1], crypto.createHmac('sha256', key).update(parts.join('')).digest('hex'), 'a message of the kernel is signed wrongly');
    const [header, parent, , content] = parts.map(part => JSON.parse(part));
    return { type: header.msg_type, parent: parent.msg_id, content };
  };
  const replyTo = async (socket, id) => { for (;;) { const message = await receive(socket); if (message.parent === id) return message; } };
  const untilIdle = async id => {
    const seen = [];
    for (;;) {
      const message = await receive(sockets.iopub);
      if (message.parent !== id) continue;
      if (message.type === 'status' && message.content.execution_state === 'idle') return seen;
      seen.push(message);
    }
  };

  const ready = await replyTo(sockets.shell, await send(sockets.shell, 'kernel_info_request', {}));
  assert.strictEqual(ready.content.language_info.name, 'C#');
  console.log(`ready after ${Date.now() - started} ms`);
  await sockets.hb.send('beat');
  assert.strictEqual((await sockets.hb.receive())[0].toString(), 'beat');

  const execute = code => send(sockets.shell, 'execute_request', { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true });
  let id = await execute('var a = 20; Console.WriteLine("héllo 😀"); a + 1');
  const outputs = await untilIdle(id);
  assert.deepStrictEqual(outputs.map(message => message.type), ['status', 'execute_input', 'stream', 'execute_result']);
  assert.strictEqual(outputs[2].content.text, 'héllo 😀\n');
  assert.strictEqual(outputs[3].content.data['text/plain'], '21');
  assert.strictEqual((await replyTo(sockets.shell, id)).content.status, 'ok');

  id = await execute('while (true) { }');
  await new Promise(done => setTimeout(done, 700));
  const asked = Date.now();
  await send(sockets.control, 'interrupt_request', {});
  assert.strictEqual((await replyTo(sockets.shell, id)).content.status, 'error');
  assert(Date.now() - asked < 1500, `the interrupt took ${Date.now() - asked} ms`);

  const completed = await replyTo(sockets.shell, await send(sockets.shell, 'complete_request', { code: '"😀".Subs', cursor_pos: 8 }));
  assert.deepStrictEqual([completed.content.matches, completed.content.cursor_start], [['Substring'], 4]);

  assert.strictEqual((await replyTo(sockets.control, await send(sockets.control, 'shutdown_request', { restart: false }))).content.status, 'ok');
  assert.strictEqual(await gone, 0);
});
