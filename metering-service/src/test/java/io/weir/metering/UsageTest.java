package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.stream.Totals;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class UsageTest {
    private final Metering metering = new Metering();

    @Test
    void addsUpToTheDropInBalance() {
        // Given
        var account = metering.accountWith(100_000);
        for (int i = 1; i <= 3; i++) {
            var request = Metering.request(account);
            metering.reserve(request);
            metering.claim(request.streamId(), "g-usage", "1");
            metering.settle(request.streamId(), Metering.settlement(1, new Totals(100, 10, 0, 10L * i, 5)));
        }
        var own = Tokens.user(account.value(), "user");

        // When
        var report =
                metering.get("/v1/usage?from=2026-01-01&to=2026-01-01", own).body();
        var empty = metering.get("/v1/usage?from=2026-01-02&to=2026-01-02", own).body();

        // Then
        assertThat(report.path("account").asText()).isEqualTo(account.value());
        assertThat(report.path("rows")).singleElement().satisfies(row -> {
            assertThat(row.path("day").asText()).isEqualTo("2026-01-01");
            assertThat(row.path("model").asText()).isEqualTo("demo-1");
            assertThat(row.path("streams").asLong()).isEqualTo(3);
            assertThat(row.path("tokens").path("output").asLong()).isEqualTo(60);
            assertThat(row.path("chargeMicro").asText())
                    .isEqualTo(Long.toString(100_000 - metering.view(account).balanceMicro()));
        });
        assertThat(empty.path("rows")).isEmpty();
    }

    @Test
    void refusesWhatItCannotAnswer() {
        var own = Tokens.user("alice", "user");
        assertThat(metering.get("/v1/usage?from=yesterday", own).status()).isEqualTo(400);
        assertThat(metering.get("/v1/usage?from=2026-02-01&to=2026-01-01", own).status())
                .isEqualTo(400);
        assertThat(metering.get("/v1/usage?from=2020-01-01&to=2026-01-01", own).status())
                .isEqualTo(400);
        assertThat(metering.get("/v1/usage?account=bob", own).status()).isEqualTo(403);
        assertThat(metering.get("/v1/usage", Tokens.service("hold")).status()).isEqualTo(400);
        assertThat(metering.get("/v1/usage", "").status()).isEqualTo(401);
    }

    @Test
    void documentsAmountsAndIdsAsText() {
        var document = metering.text("/q/openapi");
        assertThat(document)
                .contains("/v1/holds/{stream}/settle")
                .doesNotContain("balanceMicro:\n          type: integer");
    }
}
