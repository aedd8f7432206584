package io.weir.relay.nodes;

import io.vertx.core.Vertx;
import io.weir.contracts.id.StreamId;
import io.weir.relay.log.Input;
import io.weir.relay.log.InputAnswer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Inputs that went to another node and wait for what became of them, up to a bound of number and time. Any thread. */
final class Asking {
    private static final int MAX_WAITING = 10_000;

    private final Vertx vertx;
    private final long patienceMillis;
    private final Map<Long, Consumer<InputAnswer>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    Asking(Vertx vertx, long patienceMillis) {
        this.vertx = vertx;
        this.patienceMillis = patienceMillis;
    }

    /** An input to send; its answer comes in any case. */
    void ask(StreamId stream, Input input, Consumer<InputAnswer> answer, Consumer<BusFrame> send) {
        if (waiting.size() >= MAX_WAITING) {
            answer.accept(new InputAnswer.Refused(InputAnswer.TOO_MANY));
            return;
        }
        long number = numbers.incrementAndGet();
        waiting.put(number, answer);
        vertx.setTimer(patienceMillis, _ -> answered(number, InputAnswer.NO_ANSWER));
        send.accept(new BusFrame.Asked(stream, number, input));
    }

    /** The other node answers; {@code why} is null if the agent has it. */
    void answered(long number, @Nullable String why) {
        Consumer<InputAnswer> answer = waiting.remove(number);
        if (answer != null) {
            answer.accept(why == null ? new InputAnswer.Taken() : new InputAnswer.Refused(why));
        }
    }
}
