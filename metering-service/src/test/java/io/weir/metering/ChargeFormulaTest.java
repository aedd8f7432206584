package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.Price;
import io.weir.contracts.stream.Totals;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bill in SQL is the live figure in Java, up to the largest figures that are accepted. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class ChargeFormulaTest {
    private static final long MOST_TOKENS = 1_000_000_000;
    private static final long MOST_NANO = 1_000_000_000;

    @Test
    void chargesInSqlWhatItChargesInJava() {
        var random = new Random(7);
        for (int i = 0; i < 500; i++) {
            long tokens = i % 2 == 0 ? 2000 : MOST_TOKENS;
            long nano = i % 3 == 0 ? 3000 : MOST_NANO;
            long input = random.nextLong(tokens + 1);
            long cached = random.nextLong(input + 1);
            long written = random.nextLong(input - cached + 1);
            long output = random.nextLong(tokens + 1);
            check(
                    new Price(
                            1,
                            random.nextLong(nano + 1),
                            random.nextLong(nano + 1),
                            random.nextLong(nano + 1),
                            random.nextLong(nano + 1),
                            random.nextLong(nano + 1),
                            random.nextLong(1000)),
                    new Totals(input, cached, written, output, random.nextLong(output + 1)));
        }
        var dearest = new Price(1, MOST_NANO, MOST_NANO, MOST_NANO, MOST_NANO, MOST_NANO, 1_000_000_000_000L);
        check(dearest, new Totals(MOST_TOKENS, 0, 0, MOST_TOKENS, 0));
        check(dearest, Totals.ZERO);
        check(new Price(1, 1, 1, 1, 1, 1, 0), Totals.counted(1, 0));
    }

    private static void check(Price p, Totals t) {
        var sql = "SELECT charge_micro(ROW('x', %d, %d, %d, %d, %d, %d, %d, now(), 'x')::price, %d, %d, %d, %d, %d)"
                .formatted(
                        p.version(),
                        p.inputNano(),
                        p.cachedNano(),
                        p.cacheWriteNano(),
                        p.outputNano(),
                        p.reasoningNano(),
                        p.requestMicro(),
                        t.input(),
                        t.cached(),
                        t.cacheWrite(),
                        t.output(),
                        t.reasoning());
        assertThat(Sql.number(sql)).as(p + " " + t).isEqualTo(p.chargeMicro(t));
    }
}
