import { createHash } from 'node:crypto';

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Just enough of RFC 6455 for the mock: short and long text frames, no fragments, no extensions. */
export function accept(request, socket, onText, onClose) {
  const key = createHash('sha1').update(request.headers['sec-websocket-key'] + MAGIC).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`);
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (let frame = take(pending); frame !== null; frame = take(pending)) {
      pending = pending.subarray(frame.size);
      if (frame.opcode === 1) onText(frame.payload.toString('utf8'));
      if (frame.opcode === 8) socket.end();
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', onClose);
  return { send: (text) => socket.write(frameOf(Buffer.from(text, 'utf8'))), close: () => socket.destroy() };
}

function take(bytes) {
  if (bytes.length < 6) return null;
  let length = bytes[1] & 127;
  let at = 2;
  if (length === 126) {
    length = bytes.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    length = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  if (bytes.length < at + 4 + length) return null;
  const mask = bytes.subarray(at, at + 4);
  const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + length)).map((byte, index) => byte ^ mask[index % 4]);
  return { opcode: bytes[0] & 15, payload, size: at + 4 + length };
}

function frameOf(payload) {
  const head = payload.length < 126 ? Buffer.from([0x81, payload.length]) : Buffer.alloc(payload.length < 65_536 ? 4 : 10);
  if (payload.length >= 126) {
    head[0] = 0x81;
    if (payload.length < 65_536) {
      head[1] = 126;
      head.writeUInt16BE(payload.length, 2);
    } else {
      head[1] = 127;
      head.writeBigUInt64BE(BigInt(payload.length), 2);
    }
  }
  return Buffer.concat([head, payload]);
}
