package io.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The generator as a process, against a server of ours that keeps or breaks its promises. */
class GeneratorTest {
    private static final int TOPICS = 2;
    private static final int SUBSCRIBERS = 6;
    private static final int MESSAGES = 50;

    @Test
    void seesEveryMessageOfAServerThatKeepsItsPromises() throws Exception {
        try (var server = new EchoServer(UnaryOperator.identity());
                Generator generator = generator(server)) {
            generator.subscribe();

            LoadResult first = publish(generator);
            LoadResult second = publish(generator);

            for (LoadResult result : List.of(first, second)) {
                assertThat(result.expected()).isEqualTo((long) MESSAGES * SUBSCRIBERS);
                assertThat(result.lost()).isZero();
                assertThat(result.duplicates()).isZero();
                assertThat(result.misordered()).isZero();
                assertThat(result.closed()).isZero();
                assertThat(result.latencyNanos(50)).isPositive().isFinite();
                assertThat(result.deliveries()).isPositive();
            }
            assertThat(server.pong().await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void countsWhatAServerLosesAndRepeats() throws Exception {
        try (var server = new EchoServer(GeneratorTest::broken);
                Generator generator = generator(server)) {
            generator.subscribe();

            LoadResult result = publish(generator);

            // A fifth is lost and a fifth comes twice.
            assertThat(result.lost()).isEqualTo((long) MESSAGES / 5 * SUBSCRIBERS);
            assertThat(result.duplicates()).isEqualTo((long) MESSAGES / 5 * SUBSCRIBERS);
            assertThat(result.latencyNanos(50)).isFinite();
            assertThat(result.latencyNanos(99)).isInfinite();
        }
    }

    @Test
    void saysWhySubscribersAreNotReady() throws Exception {
        int closed;
        try (var server = new EchoServer(UnaryOperator.identity())) {
            closed = server.port();
        }
        try (Generator generator = Generator.start(spec(closed))) {
            assertThatThrownBy(generator::subscribe).hasMessageContaining("0 of " + SUBSCRIBERS);
        }
    }

    private static LoadResult publish(Generator generator) throws IOException {
        return generator.publish(100, 0.1, 0.4, () -> 0).result();
    }

    private static List<String> broken(List<String> said) {
        String text = said.getFirst();
        int number = Integer.parseInt(text.substring(text.indexOf('#') + 1, text.indexOf('#') + 9), 16);
        return switch (number % 5) {
            case 0 -> List.of();
            case 1 -> List.of(text, text);
            default -> said;
        };
    }

    private static Generator generator(EchoServer server) throws IOException {
        return Generator.start(spec(server.port()));
    }

    private static LoadSpec spec(int port) {
        return new LoadSpec(Kind.NCHAN, port, 0, TOPICS, SUBSCRIBERS, 2, 1_000, List.of(), "", 0, Map.of());
    }
}
