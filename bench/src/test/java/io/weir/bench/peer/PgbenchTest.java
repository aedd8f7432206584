package io.weir.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PgbenchTest {
    @Test
    void countsTheCyclesThatEndedInTheMeasuredPart(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("cycle.1"), """
                0 1 4000 0 99 999999
                0 2 5000 0 100 0
                0 3 failed 0 100 5000
                """);
        Files.writeString(folder.resolve("cycle.1.1"), """
                1 1 7000 0 101 999999
                1 2 9000 0 102 0
                1 3 9
                """);

        var times = Pgbench.read(folder, 100_000_000, 102_000_000);

        assertThat(times.getTotalCount()).isEqualTo(2);
        assertThat(times.getMinValue()).isBetween(4_990L, 5_010L);
        assertThat(times.getMaxValue()).isBetween(6_990L, 7_010L);
    }
}
