package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.StreamId;
import io.weir.streams.run.Deltas;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** A producer with a price of one micro-credit per token, and a clock that stands until told. */
final class ProducerFixture {
    static final StreamId STREAM = new StreamId(new UUID(1, 2));
    static final Price ONE_MICRO = new Price(1, 1000, 0, 0, 1000, 1000, 0);
    static final Deltas.Place PLACE = new Deltas.Place("msg_1", 0, 0);
    static final long PROMPT = 10;

    final RecordingPorts ports = new RecordingPorts();
    final Producer producer;
    /** Just before the monotonic clock overflows. */
    long now = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

    ProducerFixture(long grantedMicro, boolean last) {
        this(grantedMicro, last, ProducerBounds.DEFAULT);
    }

    ProducerFixture(long grantedMicro, boolean last, ProducerBounds bounds) {
        ProducerSetup setup =
                new ProducerSetup(STREAM, ONE_MICRO, PROMPT, grantedMicro, last, 1000, 5, null, Instant.EPOCH, now);
        TerminalBody body =
                (offset, reason, totals, source, runs) -> Unpooled.copiedBuffer(reason.wire(), StandardCharsets.UTF_8);
        producer = new Producer(setup, bounds, body, ports);
    }

    /** Claimed, with a lease of 60 s from now. */
    static ProducerFixture claimed(long grantedMicro) {
        ProducerFixture fixture = new ProducerFixture(grantedMicro, false);
        fixture.claim(false);
        return fixture;
    }

    ClaimOutcome claim(boolean cancelled) {
        return producer.onClaimed(
                new ClaimReply(true, 7, cancelled, null, null),
                now + Duration.ofSeconds(60).toNanos(),
                now);
    }

    /** One delta for each text, in one frame. */
    void says(String... deltas) {
        ByteBuf text = Unpooled.buffer();
        int[] ends = new int[deltas.length];
        for (int i = 0; i < ends.length; i++) {
            text.writeCharSequence(deltas[i], StandardCharsets.UTF_8);
            ends[i] = text.readableBytes();
        }
        producer.onDeltas(StreamLog.OUTPUT_TEXT, PLACE, text.asReadOnly(), ends, now);
    }

    void counts(int... tokens) {
        producer.onCounted(tokens, now);
    }

    void event(String json) {
        producer.onEvent(
                "response.created",
                _ -> Unpooled.copiedBuffer(json, StandardCharsets.UTF_8).asReadOnly(),
                now);
    }

    void passes(Duration time) {
        now += time.toNanos();
        producer.tick(now);
    }

    void granted(long micro, boolean last) {
        producer.onUpdateReply(true, new UpdateReply.Extension(STREAM, true, micro, last, 0, false), now);
    }
}
