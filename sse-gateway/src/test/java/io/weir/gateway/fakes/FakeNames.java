package io.weir.gateway.fakes;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A name server (RFC 1035) that has the same A and SRV records for every name, or does not answer at all. */
public final class FakeNames implements AutoCloseable {
    private static final int A = 1;
    private static final int SRV = 33;
    private static final int QUESTION_AT = 12;

    private final DatagramSocket socket;
    private volatile List<Buffer> addresses = List.of();
    private volatile List<Buffer> services = List.of();
    private volatile boolean silent;

    /** Listens on a free port. */
    public FakeNames(Vertx vertx) {
        socket = vertx.createDatagramSocket();
        FakeServer.await(socket.listen(0, "127.0.0.1"));
        socket.handler(this::answer);
    }

    /** {@code host:port}. */
    public String address() {
        return "127.0.0.1:" + socket.localAddress().port();
    }

    /** From now on these are the addresses. */
    public void addresses(String... texts) {
        addresses = List.of(texts).stream()
                .map(address -> {
                    Buffer bytes = Buffer.buffer();
                    for (String part : address.split("\\.", -1)) {
                        bytes.appendByte((byte) Integer.parseInt(part));
                    }
                    return bytes;
                })
                .toList();
    }

    /** From now on there are no service records. */
    public void noService() {
        services = List.of();
    }

    /** From now on this is the one service record. */
    public void service(String target, int port) {
        Buffer bytes =
                Buffer.buffer().appendShort((short) 0).appendShort((short) 0).appendUnsignedShort(port);
        for (String label : target.split("\\.", -1)) {
            bytes.appendByte((byte) label.length()).appendBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        services = List.of(bytes.appendByte((byte) 0));
    }

    /** Answers nothing, or again. */
    public void silent(boolean now) {
        silent = now;
    }

    private void answer(DatagramPacket packet) {
        if (silent) {
            return;
        }
        Buffer asked = packet.data();
        int end = QUESTION_AT;
        while (asked.getByte(end) != 0) {
            end += 1 + asked.getByte(end);
        }
        int type = asked.getUnsignedShort(end + 1);
        List<Buffer> records = type == A ? addresses : type == SRV ? services : List.of();
        Buffer out = Buffer.buffer()
                .appendBuffer(asked.getBuffer(0, 2))
                .appendUnsignedShort(0x8180) // an answer, without an error
                .appendUnsignedShort(1)
                .appendUnsignedShort(records.size())
                .appendInt(0)
                .appendBuffer(asked.getBuffer(QUESTION_AT, end + 5));
        for (Buffer record : records) {
            out.appendUnsignedShort(0xC000 | QUESTION_AT)
                    .appendUnsignedShort(type)
                    .appendUnsignedShort(1)
                    .appendInt(1)
                    .appendUnsignedShort(record.length())
                    .appendBuffer(record);
        }
        socket.send(out, packet.sender().port(), packet.sender().host());
    }

    @Override
    public void close() {
        FakeServer.await(socket.close());
    }
}
