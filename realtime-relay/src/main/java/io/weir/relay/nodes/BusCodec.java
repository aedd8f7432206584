package io.weir.relay.nodes;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.contracts.id.StreamId;
import io.weir.relay.log.Input;
import io.weir.relay.presence.NodeId;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.NodeWord;
import io.weir.streams.append.AppendCodec;
import io.weir.streams.append.AppendFormatException;
import io.weir.streams.append.AppendFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of what nodes tell each other: one message is what a topic says in one tick.
 *
 * <pre>
 *   version (1) length of the node's name (1) node, then for each frame: kind (1) length (4) fields
 * </pre>
 */
final class BusCodec {
    private static final int VERSION = 1;
    private static final int LIVE = 1;
    private static final int WRITING = 2;
    private static final int HEAD = 3;
    private static final int SAID = 4;
    private static final int CANCEL = 5;
    private static final int WATCHERS = 6;
    private static final int INTEREST = 7;
    private static final int ASKED = 8;
    private static final int ANSWERED = 9;
    private static final int WORD = 10;
    private static final int SHOWN = 11;
    private static final int MAX_BYTES = 64 << 20;

    private final AppendCodec codec = new AppendCodec(MAX_BYTES);
    private final byte[] node;

    /** Messages of this node. */
    BusCodec(String node) {
        this.node = node.getBytes(StandardCharsets.UTF_8);
    }

    /** A message, as it is received. */
    record Message(NodeId node, List<BusFrame> frames) {}

    byte[] encode(List<BusFrame> frames) {
        ByteBuf out = Unpooled.buffer(512);
        out.writeByte(VERSION).writeByte(node.length).writeBytes(node);
        for (BusFrame frame : frames) {
            out.writeByte(kind(frame));
            int at = out.writerIndex();
            out.writeInt(0);
            write(frame, out);
            out.setInt(at, out.writerIndex() - at - Integer.BYTES);
        }
        return ByteBufUtil.getBytes(out);
    }

    private static int kind(BusFrame frame) {
        return switch (frame) {
            case BusFrame.Live _ -> LIVE;
            case BusFrame.Writing _ -> WRITING;
            case BusFrame.Head _ -> HEAD;
            case BusFrame.Said _ -> SAID;
            case BusFrame.Cancel _ -> CANCEL;
            case BusFrame.Watchers _ -> WATCHERS;
            case BusFrame.Interest _ -> INTEREST;
            case BusFrame.Asked _ -> ASKED;
            case BusFrame.Answered _ -> ANSWERED;
            case BusFrame.Word _ -> WORD;
            case BusFrame.Shown _ -> SHOWN;
        };
    }

    private void write(BusFrame frame, ByteBuf out) {
        switch (frame) {
            case BusFrame.Live live ->
                codec.encode(new AppendFrame.Append(live.stream(), live.epoch(), live.run()), out);
            case BusFrame.Writing writing -> {
                out.writeLong(writing.turn()).writeBoolean(writing.fresh());
                codec.encode(new AppendFrame.Open(writing.stream(), writing.epoch(), writing.header()), out);
            }
            case BusFrame.Head head -> codec.encode(new AppendFrame.Ack(head.stream(), head.head()), out);
            case BusFrame.Said said -> write(said.broadcast(), out);
            case BusFrame.Shown shown -> write(shown.broadcast(), out);
            case BusFrame.Cancel cancel -> codec.encode(new AppendFrame.Cancel(cancel.stream(), cancel.by()), out);
            case BusFrame.Watchers watchers ->
                codec.encode(new AppendFrame.Watchers(watchers.stream(), watchers.count()), out);
            case BusFrame.Interest interest -> out.writeBoolean(interest.wanted());
            case BusFrame.Word(NodeWord word) -> WordCodec.write(word, out);
            case BusFrame.Asked(StreamId stream, long number, Input input) -> {
                ByteBuf payload = Unpooled.copiedBuffer(input.payload(), StandardCharsets.UTF_8);
                codec.encode(new AppendFrame.Input(stream, number, input.by(), input.event(), payload), out);
            }
            case BusFrame.Answered(StreamId stream, String asker, long number, String why) -> {
                string(asker, out);
                codec.encode(
                        why == null
                                ? new AppendFrame.InputTaken(stream, number)
                                : new AppendFrame.InputRefused(stream, number, why),
                        out);
            }
        }
    }

    private static void write(Broadcast broadcast, ByteBuf out) {
        string(broadcast.event(), out);
        out.writeBoolean(broadcast.isJson());
        String id = broadcast.id();
        out.writeBoolean(id != null);
        if (id != null) {
            string(id, out);
        }
        out.writeBytes(broadcast.payload());
    }

    static void string(String value, ByteBuf out) {
        int at = out.writerIndex();
        out.writeInt(0);
        out.setInt(at, ByteBufUtil.writeUtf8(out, value));
    }

    static String string(ByteBuf in) {
        return in.readCharSequence(in.readInt(), StandardCharsets.UTF_8).toString();
    }

    /**
     * Reads a message.
     *
     * @throws AppendFormatException if it is none of this version
     */
    Message decode(byte[] message) {
        ByteBuf in = Unpooled.wrappedBuffer(message);
        try {
            if (in.readByte() != VERSION) {
                throw new AppendFormatException("unknown version");
            }
            var sender = new NodeId(
                    in.readCharSequence(in.readByte(), StandardCharsets.UTF_8).toString());
            List<BusFrame> frames = new ArrayList<>();
            while (in.isReadable()) {
                int kind = in.readByte();
                frames.add(read(kind, in.readSlice(in.readInt())));
            }
            return new Message(sender, frames);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ClassCastException e) {
            throw new AppendFormatException("no message of version " + VERSION + ": " + e.getMessage());
        }
    }

    private BusFrame read(int kind, ByteBuf in) {
        return switch (kind) {
            case LIVE -> {
                var append = (AppendFrame.Append) codec.decode(in);
                yield new BusFrame.Live(append.stream(), append.epoch(), append.run());
            }
            case WRITING -> {
                long turn = in.readLong();
                boolean fresh = in.readBoolean();
                var open = (AppendFrame.Open) codec.decode(in.slice());
                yield new BusFrame.Writing(open.stream(), open.epoch(), open.header(), turn, fresh);
            }
            case HEAD -> {
                var ack = (AppendFrame.Ack) codec.decode(in);
                yield new BusFrame.Head(ack.stream(), ack.last());
            }
            case SAID -> new BusFrame.Said(broadcast(in));
            case SHOWN -> new BusFrame.Shown(broadcast(in));
            case CANCEL -> {
                var cancel = (AppendFrame.Cancel) codec.decode(in);
                yield new BusFrame.Cancel(cancel.stream(), cancel.by());
            }
            case WATCHERS -> {
                var watchers = (AppendFrame.Watchers) codec.decode(in);
                yield new BusFrame.Watchers(watchers.stream(), watchers.count());
            }
            case INTEREST -> new BusFrame.Interest(in.readBoolean());
            case ASKED -> {
                var input = (AppendFrame.Input) codec.decode(in);
                String payload = input.payload().toString(StandardCharsets.UTF_8);
                yield new BusFrame.Asked(input.stream(), input.input(), new Input(input.by(), input.event(), payload));
            }
            case ANSWERED -> {
                String asker = string(in);
                yield switch (codec.decode(in.slice())) {
                    case AppendFrame.InputTaken taken ->
                        new BusFrame.Answered(taken.stream(), asker, taken.input(), null);
                    case AppendFrame.InputRefused refused ->
                        new BusFrame.Answered(refused.stream(), asker, refused.input(), refused.why());
                    default -> throw new AppendFormatException("no answer");
                };
            }
            case WORD -> new BusFrame.Word(WordCodec.read(in));
            default -> throw new AppendFormatException("unknown kind");
        };
    }

    private static Broadcast broadcast(ByteBuf in) {
        String event = string(in);
        boolean json = in.readBoolean();
        String id = in.readBoolean() ? string(in) : null;
        return new Broadcast(event, json, ByteBufUtil.getBytes(in), id);
    }
}
