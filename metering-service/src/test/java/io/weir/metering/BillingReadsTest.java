package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.stream.Totals;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people who look after the money look up. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class BillingReadsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Metering metering = new Metering();
    private final String billing = Tokens.user("bill", "billing");

    @Test
    void findsAccountsByHowTheirNamesBeginPageByPage() {
        // Given: names in other scripts, and characters that patterns would take for their own
        String prefix = "find-" + UUID.randomUUID() + "_%";
        var names = List.of(prefix, prefix + "a", prefix + "a::b", prefix + "ж", prefix + "\uD83C\uDF0A");
        names.forEach(this::open);
        open(prefix.replace("_%", "xx"));

        // When
        var found = new ArrayList<String>();
        String after = "";
        do {
            var page = metering.get(
                            "/v1/accounts?limit=2&prefix=" + encoded(prefix) + "&after=" + encoded(after), billing)
                    .body();
            assertThat(page.path("accounts").size()).isBetween(1, 2);
            page.path("accounts")
                    .forEach(account -> found.add(account.path("account").asText()));
            after = page.path("next").asText();
        } while (!after.isEmpty());

        // Then
        assertThat(found).isEqualTo(names);
    }

    @Test
    void showsWhatAnAccountHasAndHolds() {
        var account = metering.accountWith(1_000_000);
        var request = Metering.request(account);
        metering.reserve(request);
        long held = metering.view(account).heldMicro();

        var found = metering.get("/v1/accounts?prefix=" + account, billing).body();

        assertThat(held).isPositive();
        assertThat(found.has("next")).isFalse();
        assertThat(found.path("accounts")).hasSize(1);
        var line = found.at("/accounts/0");
        assertThat(line.path("balanceMicro").isTextual()).isTrue();
        assertThat(line.path("balanceMicro").asLong()).isEqualTo(1_000_000);
        assertThat(line.path("heldMicro").asLong()).isEqualTo(held);
        assertThat(line.path("availableMicro").asLong()).isEqualTo(1_000_000 - held);
        assertThat(line.path("openStreams").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=201", "prefix=%00", "after=%00"})
    void refusesWhatIsNoSearch(String query) {
        assertThat(metering.get("/v1/accounts?" + query, billing).status()).isEqualTo(400);
    }

    @Test
    void letsOnlyBillingAndAdminsSearch() {
        String path = "/v1/accounts";
        assertThat(metering.get(path, Tokens.user("root", "admin")).status()).isEqualTo(200);
        assertThat(metering.get(path, billing).status()).isEqualTo(200);
        assertThat(metering.get(path, Tokens.user("alice", "user")).status()).isEqualTo(403);
        assertThat(metering.get(path, Tokens.service("hold")).status()).isEqualTo(403);
        assertThat(metering.get(path, "").status()).isEqualTo(401);
    }

    @Test
    void readsTheNewestRecordsFirstWhileMoreComes() {
        // Given
        var account = metering.accountWith(1_000_000);
        var streams = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            streams.addFirst(settled(account));
        }
        awaitRecords(account, 5);
        String path = "/v1/usage/records?order=newest&limit=2&account=" + account + "&from="
                + Instant.now().minus(Duration.ofDays(1)) + "&to="
                + Instant.now().plus(Duration.ofDays(1));

        // When: another stream is settled between two pages
        var read = new ArrayList<String>();
        String next = "";
        do {
            var page = metering.get(path + (next.isEmpty() ? "" : "&cursor=" + next), billing)
                    .body();
            if (next.isEmpty()) {
                settled(account);
                awaitRecords(account, 6);
            }
            page.path("records")
                    .forEach(record -> read.add(record.path("stream").asText()));
            next = page.path("next").asText();
        } while (!next.isEmpty());

        // Then
        assertThat(read).isEqualTo(streams);
        String cursor = metering.get(path, billing).body().path("next").asText();
        assertThat(metering.get(path.replace("newest", "oldest") + "&cursor=" + cursor, billing)
                        .status())
                .isEqualTo(400);
        assertThat(metering.get(path.replace("newest", "best"), billing).status())
                .isEqualTo(400);
    }

    private void open(String name) {
        var granted = metering.post(
                "/v1/accounts/" + encoded(name) + "/grants", Map.of("amountMicro", "5"), Tokens.user("root", "admin"));
        assertThat(granted.status()).isEqualTo(201);
    }

    private String settled(AccountId account) {
        var request = Metering.request(account);
        metering.reserve(request);
        metering.claim(request.streamId(), "g-billing-reads", "1");
        metering.settle(request.streamId(), Metering.settlement(1, Totals.counted(100, 10)));
        return request.streamId().toString();
    }

    private void awaitRecords(AccountId account, int count) {
        long giveUp = System.nanoTime() + LIMIT.toNanos();
        while (records(account).size() < count) {
            assertThat(System.nanoTime() - giveUp).as("not rolled up").isNegative();
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private JsonNode records(AccountId account) {
        return metering.get("/v1/usage/records?account=" + account, billing)
                .body()
                .path("records");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
