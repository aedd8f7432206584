package io.weir.bench.ledger.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The load's process. Reads a {@link DoorSpec} and then commands, one a line, and answers each with the lines
 * {@code measuring}, {@code measured} and {@code result JSON}, the last being an {@link Answer}, or with {@code failed WHY}:
 *
 * <pre>
 *   cycles CALLERS PREFIX ACCOUNTS WARM_SECONDS SECONDS   reserve, claim, update, settle, over and over
 *   reserve CALLERS PREFIX ACCOUNTS NUMBER                keeps the streams
 *   claim CALLERS GATEWAYS                                those streams, for one gateway or, with more, for one a caller
 *   updates SECONDS EVERY                                 of all those streams in one call after the other; each time every
 *                                                         EVERY-th asks for more credit, none if 0
 *   settle CALLERS                                        those streams
 *   quit
 * </pre>
 */
public final class LedgerLoad {
    /** Steps of a cycle, in their order. */
    public static final List<String> CYCLE = List.of("reserve", "claim", "update", "settle");

    private static final int LONGEST_SECONDS = 120;
    private static final String ONE_GATEWAY = "bench";

    private final Vertx vertx = Vertx.vertx();
    private final Door door;
    private final PrintStream out;
    private final ObjectMapper json = new ObjectMapper();
    private final List<StreamId> streams = new ArrayList<>();
    private long output;

    private LedgerLoad(DoorSpec spec, PrintStream out) {
        this.out = out;
        this.door = switch (spec.kind()) {
            case HTTP -> new HttpDoor(vertx, spec);
            case CORE -> new CoreDoor(vertx, spec);
        };
    }

    /** Runs until it is told to quit or nobody listens any more. */
    public static void main(String[] args) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var load = new LedgerLoad(new ObjectMapper().readValue(in.readLine(), DoorSpec.class), out);
        for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
            try {
                out.println("result " + load.json.writeValueAsString(load.run(line.split(" ", -1))));
            } catch (ExecutionException | InterruptedException | TimeoutException | RuntimeException e) {
                out.println("failed " + e);
            }
        }
        System.exit(0);
    }

    private Answer run(String[] words) throws ExecutionException, InterruptedException, TimeoutException {
        return switch (words[0]) {
            case "cycles" ->
                cycles(
                        number(words[1]),
                        words[2],
                        number(words[3]),
                        Double.parseDouble(words[4]),
                        Double.parseDouble(words[5]));
            case "reserve" -> reserve(number(words[1]), words[2], number(words[3]), number(words[4]));
            case "claim" ->
                each(number(words[1]), number(words[2]), (requests, stream) -> door.claim(stream, requests.claim()));
            case "updates" -> updates(Double.parseDouble(words[1]), number(words[2]));
            case "settle" -> settle(number(words[1]));
            default -> throw new IllegalArgumentException("no such command");
        };
    }

    private static int number(String word) {
        return Integer.parseInt(word);
    }

    private Answer cycles(int number, String prefix, int accounts, double warm, double seconds)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<String> steps = new ArrayList<>(CYCLE);
        steps.add(Answer.WHOLE);
        var tape = new Tape(steps);
        var callers = new Callers(
                vertx,
                number,
                caller -> {
                    // A gateway each: the lease of one is one row, and its claims would wait for each other there.
                    var requests = new Requests(ONE_GATEWAY + "-" + caller);
                    return () -> cycle(requests, requests.account(prefix, accounts), tape);
                },
                tape);
        pause(warm);
        tape.begin();
        out.println("measuring");
        pause(seconds);
        out.println("measured");
        Answer answer = tape.end();
        callers.stop();
        await(callers.ended());
        return answer;
    }

    private Future<?> cycle(Requests requests, AccountId account, Tape tape) {
        StreamId stream = requests.stream();
        return tape.timed(
                Answer.WHOLE, () -> tape.timed("reserve", () -> door.reserve(requests.reserve(stream, account))
                                .mapEmpty())
                        .compose(_ -> tape.timed("claim", () -> door.claim(stream, requests.claim())
                                .mapEmpty()))
                        .compose(_ -> tape.timed("update", () -> door.update(requests.update(stream))
                                .mapEmpty()))
                        .compose(_ -> tape.timed("settle", () -> door.settle(stream, requests.settle())
                                .mapEmpty())));
    }

    private Answer reserve(int number, String prefix, int accounts, int holds)
            throws ExecutionException, InterruptedException, TimeoutException {
        var held = new ConcurrentLinkedQueue<StreamId>();
        var left = new AtomicInteger(holds);
        var tape = new Tape(List.of(Answer.WHOLE));
        Answer answer = measured(tape, number, _ -> {
            var requests = new Requests(ONE_GATEWAY);
            return () -> {
                if (left.getAndDecrement() <= 0) {
                    return null;
                }
                StreamId stream = requests.stream();
                var account = requests.account(prefix, accounts);
                return tape.timed(Answer.WHOLE, () -> door.reserve(requests.reserve(stream, account))
                        .onSuccess(_ -> held.add(stream))
                        .mapEmpty());
            };
        });
        streams.clear();
        streams.addAll(held);
        output = 0;
        return answer;
    }

    private Answer settle(int number) throws ExecutionException, InterruptedException, TimeoutException {
        return each(
                number,
                1,
                (requests, stream) -> door.settle(stream, output == 0 ? requests.settle() : requests.settle(output)));
    }

    /** What is done with a stream. */
    private interface Step {
        Future<?> of(Requests requests, StreamId stream);
    }

    private Answer each(int number, int gateways, Step step)
            throws ExecutionException, InterruptedException, TimeoutException {
        var left = new ConcurrentLinkedQueue<>(streams);
        var tape = new Tape(List.of(Answer.WHOLE));
        return measured(tape, number, caller -> {
            var requests = new Requests(gateways == 1 ? ONE_GATEWAY : ONE_GATEWAY + "-" + caller);
            return () -> {
                StreamId stream = left.poll();
                return stream == null
                        ? null
                        : tape.timed(
                                Answer.WHOLE, () -> step.of(requests, stream).mapEmpty());
            };
        });
    }

    private Answer updates(double seconds, int every)
            throws ExecutionException, InterruptedException, TimeoutException {
        var tape = new Tape(List.of(Answer.WHOLE));
        var requests = new Requests(ONE_GATEWAY);
        long end = System.nanoTime() + (long) (seconds * 1e9);
        return measured(
                tape,
                1,
                _ -> () -> System.nanoTime() > end
                        ? null
                        : tape.timed(Answer.WHOLE, () -> door.update(requests.update(figures(every)))
                                .mapEmpty()));
    }

    /** Each stream has said ten tokens more. */
    private List<Update> figures(int every) {
        output += 10;
        List<Update> updates = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            boolean extend = every > 0 && (i + output / 10) % every == 0;
            updates.add(new Update(streams.get(i), 1, Totals.counted(Requests.PROMPT, output), extend));
        }
        return updates;
    }

    private Answer measured(Tape tape, int number, java.util.function.IntFunction<Callers.Work> work)
            throws ExecutionException, InterruptedException, TimeoutException {
        tape.begin();
        out.println("measuring");
        await(new Callers(vertx, number, work, tape).ended());
        out.println("measured");
        return tape.end();
    }

    private static void pause(double seconds) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep((long) (seconds * 1_000));
    }

    private static void await(Future<?> running) throws ExecutionException, InterruptedException, TimeoutException {
        running.toCompletionStage().toCompletableFuture().get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }
}
