package io.weir.relay.ingest;

import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.weir.contracts.id.StreamId;
import io.weir.relay.log.Input;
import io.weir.relay.log.InputAnswer;
import io.weir.streams.append.AppendFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Inputs that a gateway has been sent and not yet answered. Each is answered once, if only by its time. Any thread. */
final class Inputs {
    private final Vertx vertx;
    private final IngestConfig config;
    private final Consumer<AppendFrame> sender;
    private final Map<Long, Waiting> waiting = new HashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private boolean closed;

    private record Waiting(StreamId stream, Consumer<InputAnswer> answer, long timer) {}

    Inputs(Vertx vertx, IngestConfig config, Consumer<AppendFrame> sender) {
        this.vertx = vertx;
        this.config = config;
        this.sender = sender;
    }

    void ask(StreamId stream, Input input, Consumer<InputAnswer> answer) {
        String refusal;
        long number = numbers.incrementAndGet();
        synchronized (this) {
            refusal = refusal(stream);
            if (refusal == null) {
                long timer = vertx.setTimer(
                        config.inputPatience().toMillis(),
                        _ -> answered(stream, number, new InputAnswer.Refused(InputAnswer.NO_ANSWER)));
                waiting.put(number, new Waiting(stream, answer, timer));
            }
        }
        if (refusal == null) {
            var payload = Unpooled.copiedBuffer(input.payload(), StandardCharsets.UTF_8);
            sender.accept(new AppendFrame.Input(stream, number, input.by(), input.event(), payload));
        } else {
            answer.accept(new InputAnswer.Refused(refusal));
        }
    }

    private @Nullable String refusal(StreamId stream) {
        if (closed) {
            return InputAnswer.NO_ANSWER;
        }
        long pending = waiting.values().stream()
                .filter(one -> one.stream().equals(stream))
                .count();
        return pending >= config.inputsPerStream() ? InputAnswer.TOO_MANY : null;
    }

    /** The gateway, or the clock, has answered; an answer that nobody waits for any more says nothing. */
    void answered(StreamId stream, long number, InputAnswer answer) {
        Waiting one;
        synchronized (this) {
            one = waiting.get(number);
            if (one == null || !one.stream().equals(stream)) {
                return;
            }
            waiting.remove(number);
        }
        vertx.cancelTimer(one.timer());
        one.answer().accept(answer);
    }

    /** The gateway is gone. */
    void closed() {
        List<Waiting> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(waiting.values());
            waiting.clear();
        }
        for (Waiting one : left) {
            vertx.cancelTimer(one.timer());
            one.answer().accept(new InputAnswer.Refused(InputAnswer.NO_ANSWER));
        }
    }
}
