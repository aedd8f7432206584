package io.weir.relay.following;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.weir.relay.delivery.Frame;

/**
 * One event of a response body.
 *
 * @param bytes its bytes; shared between readers, so nobody writes to them
 */
record Line(Buffer bytes) implements Frame {
    static Line of(ByteBuf bytes) {
        return new Line(Buffer.buffer(ByteBufUtil.getBytes(bytes)));
    }

    @Override
    public int weight() {
        return bytes.length() + 64;
    }
}
