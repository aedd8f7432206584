package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.stream.EndReason;
import io.weir.local.stack.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every way in which a stream can end, by every cause, with agents of every dialect, read in every dialect: terminal,
 * reason, receipt, ledger, conversation and the texts of two viewers agree. What was observed is what {@code
 * docs/reliability.md} shows; {@code -Dweir.matrix.write=true} writes it there.
 */
class MatrixTest {
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final int AT_A_TIME = 8;

    private final MatrixTables tables = new MatrixTables();
    private final List<String> problems = new CopyOnWriteArrayList<>();

    @Test
    void everyEndingByEveryCauseInEveryDialect() {
        try (MatrixStack matrix = MatrixStack.start()) {
            matrix.awaitWell();
            warmUp(matrix);
            eachAlone(matrix);
            together(matrix, List.of(MatrixCause.NO_MACHINE), () -> {});
            matrix.awaitWell();
            together(matrix, List.of(MatrixCause.AGENT_KILLED), () -> matrix.kill(Part.DEMO_1));
            matrix.restart(Part.DEMO_1);
            together(matrix, List.of(MatrixCause.RELAY_DOWN), () -> {
                matrix.kill(Part.RELAY);
                matrix.restart(Part.RELAY);
            });
            if (matrix.hasRedis()) {
                together(matrix, List.of(MatrixCause.REDIS_DOWN), () -> {
                    matrix.killRedis();
                    matrix.restartRedis();
                });
            }
            metering(matrix);
            together(matrix, List.of(MatrixCause.GATEWAY_PAUSED), () -> matrix.pause(Part.GATEWAY, PAUSE));
            together(matrix, List.of(MatrixCause.GATEWAY_DRAINS), () -> matrix.restart(Part.GATEWAY));
            together(matrix, List.of(MatrixCause.GATEWAY_KILLED), () -> {
                matrix.kill(Part.GATEWAY);
                matrix.restart(Part.GATEWAY);
            });
            matrix.stack().assertAuditClean();
            judge(matrix.hasRedis());
        }
    }

    private void judge(boolean redis) {
        System.out.println(tables.causes() + "\n\n" + tables.endings());
        assertThat(problems).isEmpty();
        tables.writeIfAsked();
        assertThat(tables.causes()).isEqualTo(redis ? MatrixTables.kept("causes") : withoutRedis());
        assertThat(tables.endings()).isEqualTo(MatrixTables.kept("endings"));
        assertThat(tables.reasons())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(EndReason.values()).map(EndReason::wire).collect(Collectors.toSet()));
    }

    private static String withoutRedis() {
        return MatrixTables.kept("causes")
                .lines()
                .filter(line -> !line.contains(MatrixCause.REDIS_DOWN.title()))
                .collect(Collectors.joining("\n"));
    }

    /** Processes that have just started are slow; a reserved stream that nobody claims in time is released. */
    private void warmUp(MatrixStack matrix) {
        for (MatrixAgent agent : MatrixAgent.values()) {
            MatrixStream.open(matrix.stack(), MatrixCause.COMPLETED, agent).close();
        }
    }

    /** Causes that hit one stream only, all at once. */
    private void eachAlone(MatrixStack matrix) {
        List<MatrixStream> streams = open(matrix, MatrixCause.ALONE.reversed());
        each(streams, MatrixTest::awaitEnd);
        take(streams);
    }

    private static MatrixStream act(MatrixStream stream) {
        switch (stream.cause()) {
            case STOPPED -> stream.awaitText().stop();
            case BROWSER_GONE -> stream.awaitText().leave();
            default -> {}
        }
        return stream;
    }

    private static MatrixStream awaitEnd(MatrixStream stream) {
        stream.awaitEnd();
        return stream;
    }

    /** Causes that hit every stream of a process: it happens when all of them are in mid-answer. */
    private void together(MatrixStack matrix, List<MatrixCause> causes, Runnable happens) {
        List<MatrixStream> streams = open(matrix, causes);
        each(streams, MatrixStream::awaitText);
        if (causes.contains(MatrixCause.GATEWAY_KILLED)) {
            each(streams, MatrixStream::awaitReported);
        }
        happens.run();
        each(streams, MatrixTest::awaitEnd);
        take(streams);
    }

    /** Metering comes back when all have seen the end. */
    private void metering(MatrixStack matrix) {
        List<MatrixStream> streams = open(matrix, List.of(MatrixCause.METERING_DOWN, MatrixCause.METERING_AWAY));
        each(streams, MatrixStream::awaitText);
        matrix.kill(Part.METERING);
        each(streams, MatrixTest::awaitEnd);
        matrix.restart(Part.METERING);
        take(streams);
    }

    private List<MatrixStream> open(MatrixStack matrix, List<MatrixCause> causes) {
        List<Cell> cells = causes.stream()
                .flatMap(cause -> Arrays.stream(MatrixAgent.values()).map(agent -> new Cell(cause, agent)))
                .toList();
        return each(cells, cell -> act(MatrixStream.open(matrix.stack(), cell.cause(), cell.agent())));
    }

    private record Cell(MatrixCause cause, MatrixAgent agent) {}

    private void take(List<MatrixStream> streams) {
        List<String> _ = each(streams, stream -> {
            String cell = stream.cell();
            tables.put(stream, cell);
            problems.addAll(stream.problems());
            stream.close();
            return cell;
        });
    }

    /** A few at a time, so that a busy machine answers each of them in time. What fails is a problem, and left out. */
    private <A, B> List<B> each(List<A> all, Function<A, B> task) {
        List<Future<B>> running = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            all.forEach(one -> running.add(threads.submit(() -> task.apply(one))));
        }
        List<B> done = new ArrayList<>();
        for (Future<B> one : running) {
            try {
                done.add(one.get());
            } catch (ExecutionException e) {
                problems.add(String.valueOf(e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
        return done;
    }
}
