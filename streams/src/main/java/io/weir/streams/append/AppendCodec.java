package io.weir.streams.append;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.append.AppendFrame.Ack;
import io.weir.streams.append.AppendFrame.Append;
import io.weir.streams.append.AppendFrame.Cancel;
import io.weir.streams.append.AppendFrame.Close;
import io.weir.streams.append.AppendFrame.Input;
import io.weir.streams.append.AppendFrame.InputRefused;
import io.weir.streams.append.AppendFrame.InputTaken;
import io.weir.streams.append.AppendFrame.Nack;
import io.weir.streams.append.AppendFrame.Open;
import io.weir.streams.append.AppendFrame.Opened;
import io.weir.streams.append.AppendFrame.Receipt;
import io.weir.streams.append.AppendFrame.Refused;
import io.weir.streams.append.AppendFrame.Usage;
import io.weir.streams.append.AppendFrame.Watchers;
import io.weir.streams.append.AppendFrame.Why;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The bytes of the append protocol: one frame a binary WebSocket message, or several to a peer that takes
 * {@linkplain AppendFeature#BATCHES batches}. Bounded; stateless but for the bound, so shared
 * between threads.
 *
 * <pre>
 *   version (1) kind (1) stream (16) fields …
 *   number = LEB128, unsigned     string, bytes = number, then so many bytes     text is escaped JSON, UTF-8
 * </pre>
 */
public final class AppendCodec {
    /** First byte of every frame. */
    public static final int VERSION = 1;

    private static final int OPEN = 1;
    private static final int OPENED = 2;
    private static final int REFUSED = 3;
    private static final int APPEND = 4;
    private static final int ACK = 5;
    private static final int NACK = 6;
    private static final int CLOSE = 7;
    private static final int CANCEL = 8;
    private static final int INPUT = 9;
    private static final int INPUT_TAKEN = 10;
    private static final int INPUT_REFUSED = 11;
    private static final int WATCHERS = 12;
    private static final int USAGE = 13;
    private static final int RECEIPT = 14;

    private static final int DELTAS = 1;
    private static final int EVENT = 2;
    private static final int TERMINAL = 3;

    private final int maxFrameBytes;

    /** A codec that neither makes nor takes longer frames. */
    public AppendCodec(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /**
     * Writes a frame.
     *
     * @throws AppendFormatException if it is longer than the bound; {@code out} is then as it was
     */
    public void encode(AppendFrame frame, ByteBuf out) {
        int start = out.writerIndex();
        write(frame, out);
        if (out.writerIndex() - start > maxFrameBytes) {
            out.writerIndex(start);
            throw new AppendFormatException("a frame is longer than " + maxFrameBytes + " bytes");
        }
    }

    /**
     * Reads all frames of a message, in order.
     *
     * @throws AppendFormatException if it is not made of frames, at least one; then none of them counts
     * @see #decode
     */
    public List<AppendFrame> decodeAll(ByteBuf message) {
        ByteBuf in = bounded(message);
        try {
            AppendFrame first = read(in);
            if (!in.isReadable()) {
                return List.of(first);
            }
            List<AppendFrame> frames = new ArrayList<>();
            frames.add(first);
            while (in.isReadable()) {
                frames.add(read(in));
            }
            return frames;
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
            throw noFrame(e);
        }
    }

    /**
     * Reads a message's only frame. Texts and JSON are slices of {@code message}, which must be on memory that the garbage collector owns;
     * its reader index stays.
     *
     * @throws AppendFormatException if it is no frame
     */
    public AppendFrame decode(ByteBuf message) {
        ByteBuf in = bounded(message);
        try {
            AppendFrame frame = read(in);
            if (in.isReadable()) {
                throw new AppendFormatException("bytes behind the frame");
            }
            return frame;
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
            throw noFrame(e);
        }
    }

    private ByteBuf bounded(ByteBuf message) {
        if (message.readableBytes() > maxFrameBytes) {
            throw new AppendFormatException("a frame is longer than " + maxFrameBytes + " bytes");
        }
        return message.slice();
    }

    private static AppendFormatException noFrame(RuntimeException cause) {
        return new AppendFormatException("no frame of version " + VERSION, cause);
    }

    private static void write(AppendFrame frame, ByteBuf out) {
        switch (frame) {
            case Open open -> {
                begin(OPEN, open, out);
                Wire.number(open.epoch(), out);
                write(open.header(), out);
            }
            case Opened opened -> Wire.number(opened.head(), begin(OPENED, opened, out));
            case Refused refused -> Wire.string(refused.why().name(), begin(REFUSED, refused, out));
            case Append append -> {
                begin(APPEND, append, out);
                Wire.number(append.epoch(), out);
                write(append.run(), out);
            }
            case Ack ack -> Wire.number(ack.last(), begin(ACK, ack, out));
            case Nack nack -> Wire.number(nack.head(), begin(NACK, nack, out));
            case Close close -> Wire.number(close.epoch(), begin(CLOSE, close, out));
            case Cancel cancel -> Wire.string(cancel.by(), begin(CANCEL, cancel, out));
            case Input input -> {
                Wire.number(input.input(), begin(INPUT, input, out));
                Wire.string(input.by(), out);
                Wire.string(input.event(), out);
                Wire.bytes(input.payload(), out);
            }
            case InputTaken taken -> Wire.number(taken.input(), begin(INPUT_TAKEN, taken, out));
            case InputRefused refused -> {
                Wire.number(refused.input(), begin(INPUT_REFUSED, refused, out));
                Wire.string(refused.why(), out);
            }
            case Watchers watchers -> Wire.number(watchers.count(), begin(WATCHERS, watchers, out));
            case Usage usage -> {
                Wire.totals(usage.totals(), begin(USAGE, usage, out));
                Wire.number(usage.chargeMicro(), out);
                Wire.number(usage.grantedMicro(), out);
                Wire.number(usage.availableMicro(), out);
                out.writeBoolean(usage.last());
            }
            case Receipt receipt -> {
                Wire.string(receipt.account(), begin(RECEIPT, receipt, out));
                Wire.number(receipt.delivered(), out);
                Wire.number(receipt.read(), out);
            }
        }
    }

    private static ByteBuf begin(int kind, AppendFrame frame, ByteBuf out) {
        UUID id = frame.stream().value();
        return out.writeByte(VERSION)
                .writeByte(kind)
                .writeLong(id.getMostSignificantBits())
                .writeLong(id.getLeastSignificantBits());
    }

    private static AppendFrame read(ByteBuf in) {
        if (in.readByte() != VERSION) {
            throw new AppendFormatException("unknown version");
        }
        int kind = in.readByte();
        var stream = new StreamId(new UUID(in.readLong(), in.readLong()));
        return switch (kind) {
            case OPEN -> new Open(stream, Wire.number(in), header(in));
            case OPENED -> new Opened(stream, Wire.number(in));
            case REFUSED -> new Refused(stream, Why.valueOf(Wire.string(in)));
            case APPEND -> new Append(stream, Wire.number(in), run(in));
            case ACK -> new Ack(stream, Wire.number(in));
            case NACK -> new Nack(stream, Wire.number(in));
            case CLOSE -> new Close(stream, Wire.number(in));
            case CANCEL -> new Cancel(stream, Wire.string(in));
            case INPUT -> new Input(stream, Wire.number(in), Wire.string(in), Wire.string(in), Wire.bytes(in));
            case INPUT_TAKEN -> new InputTaken(stream, Wire.number(in));
            case INPUT_REFUSED -> new InputRefused(stream, Wire.number(in), Wire.string(in));
            case WATCHERS -> new Watchers(stream, Wire.small(in));
            case USAGE ->
                new Usage(stream, Wire.totals(in), Wire.number(in), Wire.number(in), Wire.number(in), in.readBoolean());
            case RECEIPT -> new Receipt(stream, Wire.string(in), Wire.number(in), Wire.number(in));
            default -> throw new AppendFormatException("unknown kind of frame");
        };
    }

    private static void write(StreamHeader header, ByteBuf out) {
        Wire.string(header.tenant().value(), out);
        Wire.string(header.account().value(), out);
        Wire.string(header.session().value(), out);
        Wire.string(header.topic(), out);
        Wire.string(header.vocabulary(), out);
        Wire.string(header.dialect(), out);
        Wire.string(header.agent().value(), out);
        String question = header.question();
        out.writeBoolean(question != null);
        if (question != null) {
            Wire.string(question, out);
        }
    }

    private static StreamHeader header(ByteBuf in) {
        return new StreamHeader(
                new TenantId(Wire.string(in)),
                new AccountId(Wire.string(in)),
                new SessionId(Wire.string(in)),
                Wire.string(in),
                Wire.string(in),
                Wire.string(in),
                new AgentName(Wire.string(in)),
                in.readBoolean() ? Wire.string(in) : null);
    }

    private static void write(Run run, ByteBuf out) {
        switch (run) {
            case Deltas deltas -> write(deltas, out);
            case Run.Event event -> {
                out.writeByte(EVENT);
                Wire.number(event.offset(), out);
                Wire.number(event.atMillis(), out);
                Wire.string(event.type(), out);
                Wire.bytes(event.json(), out);
            }
            case Run.Terminal terminal -> {
                out.writeByte(TERMINAL);
                Wire.number(terminal.offset(), out);
                Wire.number(terminal.atMillis(), out);
                Wire.string(terminal.reason().wire(), out);
                Wire.totals(terminal.totals(), out);
                out.writeBoolean(terminal.usageSource() == UsageSource.COUNTED);
                Wire.bytes(terminal.json(), out);
            }
        }
    }

    private static void write(Deltas deltas, ByteBuf out) {
        out.writeByte(DELTAS);
        Wire.number(deltas.first(), out);
        Wire.number(deltas.atMillis(), out);
        Wire.string(deltas.type(), out);
        Wire.string(deltas.place().itemId(), out);
        Wire.number(deltas.place().outputIndex(), out);
        Wire.number(deltas.place().partIndex() + 1L, out);
        Wire.number(deltas.outputTokens(), out);
        Wire.number(deltas.count(), out);
        int before = 0;
        for (int i = 0; i < deltas.count(); i++) {
            Wire.number(deltas.end(i) - before, out);
            before = deltas.end(i);
        }
        Wire.bytes(deltas.text(), out);
    }

    private static Run run(ByteBuf in) {
        return switch (in.readByte()) {
            case DELTAS -> deltas(in);
            case EVENT -> {
                long offset = Wire.number(in);
                long atMillis = Wire.number(in);
                yield new Run.Event(offset, Wire.string(in), Wire.bytes(in), atMillis);
            }
            case TERMINAL -> {
                long offset = Wire.number(in);
                long atMillis = Wire.number(in);
                yield new Run.Terminal(
                        offset,
                        EndReason.ofWire(Wire.string(in)),
                        Wire.totals(in),
                        in.readBoolean() ? UsageSource.COUNTED : UsageSource.AGENT,
                        Wire.bytes(in),
                        atMillis);
            }
            default -> throw new AppendFormatException("unknown kind of run");
        };
    }

    private static Deltas deltas(ByteBuf in) {
        long first = Wire.number(in);
        long atMillis = Wire.number(in);
        String type = Wire.string(in);
        var place = new Place(Wire.string(in), Wire.small(in), Math.toIntExact(Wire.number(in) - 1));
        long outputTokens = Wire.number(in);
        int count = Wire.length(in);
        int[] ends = new int[count];
        int end = 0;
        for (int i = 0; i < count; i++) {
            end = Math.addExact(end, Wire.small(in));
            ends[i] = end;
        }
        return Deltas.of(first, type, place, Wire.bytes(in), ends, atMillis, outputTokens);
    }
}
