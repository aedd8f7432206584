package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.metering.sweep.Sweeper;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage adds up to the ledger, however it is asked. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class UsageTest {
    private static final List<EndReason> REASONS =
            List.of(EndReason.COMPLETED, EndReason.CANCELLED, EndReason.AGENT_ERROR);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Metering metering = new Metering();
    private final String billing = Tokens.user("bill", "billing");

    @Inject
    Sweeper sweeper;

    @Test
    void addsUpToTheLedgerWhateverHappenedToTheStreams() throws Exception {
        // Given: streams at random, some orphaned and some of those corrected late
        long seed = new Random().nextLong();
        System.out.println("seed: " + seed);
        var random = new Random(seed);
        var account = metering.accountWith(40_000);
        for (int i = 0; i < 40; i++) {
            stream(account, random);
        }
        rolled();
        long spent = -Sql.number(
                "SELECT sum(amount) FROM entry WHERE leg IN ('charge', 'late') AND account = '" + account + "'");
        long unpaid = -Sql.number("SELECT COALESCE(sum(e.amount), 0) FROM entry e JOIN hold h USING (stream_id)"
                + " WHERE e.leg IN ('receivable', 'late_receivable') AND h.account_id = '" + account + "'");
        long streams =
                Sql.number("SELECT count(*) FROM settlement s JOIN hold h USING (stream_id) WHERE h.account_id = '"
                        + account + "'");

        // Then: by rolled-up quarters and by records, in every window and group
        for (String query : List.of(
                "window=HOUR",
                "window=DAY&groupBy=model,endReason,app,agent,key&timeZone=Asia/Kathmandu",
                "window=MONTH&groupBy=account&timeZone=America/St_Johns",
                "window=MINUTE&groupBy=model",
                "window=DAY&groupBy=session",
                "window=DAY&limit=2&groupBy=session,model",
                "window=MINUTE&limit=1&groupBy=endReason,model")) {
            var sums = new Sums();
            pages("/v1/usage?account=" + account + "&" + query, page -> page.path("rows")
                    .forEach(sums::add));
            assertThat(sums.charge).as(query).isEqualTo(spent);
            assertThat(sums.receivable).as(query).isEqualTo(unpaid);
            assertThat(sums.streams).as(query).isEqualTo(streams);
        }
        var single = new Sums();
        pages("/v1/usage/records?limit=7&account=" + account, page -> page.path("records")
                .forEach(single::add));
        assertThat(single.charge).isEqualTo(spent);
        assertThat(40_000 - metering.view(account).balanceMicro()).isEqualTo(spent);
        // The rolled-up sums of all accounts are those of all settlements.
        assertThat(
                        Sql.number(
                                "SELECT (SELECT COALESCE(sum(charge), 0) FROM usage_quarter)"
                                        + " - (SELECT COALESCE(sum(charge), 0) FROM usage_facts(0, (SELECT number FROM usage_watermark)))"))
                .isZero();
    }

    @Test
    void letsABillingReaderRebuildTheInvoiceFromCsvAlone(@TempDir Path folder) throws Exception {
        // Given: credit that does not suffice for all, prices that changed in between
        long seed = new Random().nextLong();
        System.out.println("seed: " + seed);
        var random = new Random(seed);
        var account = metering.accountWith(30_000);
        for (int i = 0; i < 30; i++) {
            if (i == 15) {
                metering.put(
                        "/v1/prices",
                        Map.of("name", "varied", "inputNano", 1 + random.nextInt(900), "requestMicro", "3"),
                        Tokens.user("root", "admin"));
            }
            stream(account, random);
        }
        rolled();
        long spent = -Sql.number(
                "SELECT sum(amount) FROM entry WHERE leg IN ('charge', 'late') AND account = '" + account + "'");

        // When: page by page, as Link says
        var own = Tokens.user(account.value(), "user");
        var files = new ArrayList<Path>();
        String query = "?format=csv&limit=7";
        while (!query.isEmpty()) {
            var page = metering.raw("/v1/usage/records" + query, own);
            assertThat(page.statusCode()).isEqualTo(200);
            files.add(Files.writeString(folder.resolve(files.size() + ".csv"), page.body()));
            query = page.headers().firstValue("Link").orElse("").replaceAll("^<|>.*$", "");
        }
        var invoice = Scripts.node("invoice.mjs", files.toArray(Path[]::new));

        // Then
        assertThat(invoice.exit()).as(invoice.output()).isZero();
        assertThat(invoice.output()).contains("Invoice for " + account, "= " + spent + " micro-credits");

        // When: somebody changes a charge
        var first = files.getFirst();
        String[] lines = Files.readString(first).split("\r\n", -1);
        lines[1] = lines[1].replaceFirst(",([0-9]+),([0-9]+)$", ",1$1,$2");
        Files.writeString(first, String.join("\r\n", lines));
        var changed = Scripts.node("invoice.mjs", files.toArray(Path[]::new));

        // Then
        assertThat(changed.exit()).as(changed.output()).isNotZero();
    }

    @Test
    void keepsItsPagesWhileMoreComes() throws Exception {
        // Given
        var account = metering.accountWith(1_000_000);
        for (String session : List.of("a", "b", "c")) {
            settled(account, session, 10);
        }
        rolled();
        for (String query : List.of("window=HOUR&groupBy=model", "window=DAY&groupBy=session")) {
            String path = "/v1/usage?account=" + account + "&limit=1&" + query;
            long whole = charge(
                    metering.get(path.replace("limit=1", "limit=9"), billing).body());
            var first = metering.get(path, billing).body();
            var sums = new Sums();
            first.path("rows").forEach(sums::add);

            // When: another stream is settled between two pages
            settled(account, "b", 50);
            rolled();
            String next = first.path("next").asText();
            while (!next.isEmpty()) {
                var page = metering.get(path + "&cursor=" + next, billing).body();
                assertThat(page.at("/watermark/number")).isEqualTo(first.at("/watermark/number"));
                page.path("rows").forEach(sums::add);
                next = page.path("next").asText();
            }

            // Then
            assertThat(sums.charge).as(query).isEqualTo(whole);
        }
        String path = "/v1/usage?account=" + account + "&limit=1&window=DAY&groupBy=session";
        String cursor = metering.get(path, billing).body().path("next").asText();
        assertThat(metering.get(path.replace("DAY", "HOUR") + "&cursor=" + cursor, billing)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void groupsAndFiltersByWhoAskedAndWhatAnswered() throws Exception {
        // Given
        var account = metering.accountWith(1_000_000);
        var key = UUID.fromString(
                metering.post("/v1/accounts/" + account + "/keys", Map.of("name", "k"), Tokens.service("hold"))
                        .body()
                        .path("keyId")
                        .asText());
        settled(account, "s", 10);
        var byKey = Metering.with(Metering.request(account), key);
        metering.reserve(byKey);
        metering.claim(byKey.streamId(), "g-usage", "1");
        metering.settle(byKey.streamId(), Metering.settlement(1, Totals.counted(100, 30)));
        rolled();
        var own = Tokens.user(account.value(), "user");

        // When
        var groups = metering.get("/v1/usage?groupBy=key,agent", own).body();
        var ofKey = metering.get("/v1/usage?key=" + key, own).body();
        var ofNone = metering.get("/v1/usage?key=none&model=demo-1", own).body();
        var ofOther = metering.get("/v1/usage?model=other", own).body();

        // Then
        assertThat(groups.path("rows")).hasSize(2);
        assertThat(groups.at("/rows/0").has("key")).isFalse();
        assertThat(groups.at("/rows/1/key").asText()).isEqualTo(key.toString());
        assertThat(groups.at("/rows/1/agent").asText()).isEqualTo("demo");
        assertThat(ofKey.at("/rows/0/tokens/output").asLong()).isEqualTo(30);
        assertThat(ofNone.at("/rows/0/tokens/output").asLong()).isEqualTo(10);
        assertThat(ofOther.path("rows")).isEmpty();
    }

    @Test
    void exportsCsvAndNdjson() throws Exception {
        // Given
        var account = metering.accountWith(1_000_000);
        settled(account, "with \"quotes\", and commas", 10);
        settled(account, "plain", 10);
        rolled();
        var own = Tokens.user(account.value(), "user");

        // When
        var csv = metering.raw("/v1/usage?groupBy=session&limit=1&format=csv", own);
        var ndjson = metering.raw("/v1/usage/records?format=ndjson", own);

        // Then
        assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
        assertThat(csv.headers().firstValue("Weir-Watermark")).isPresent();
        assertThat(csv.headers().firstValue("Link").orElse("")).contains("cursor=", "format=csv", "rel=\"next\"");
        assertThat(csv.body().split("\r\n", -1)).hasSize(3).satisfies(lines -> {
            assertThat(lines[0]).startsWith("start,account,key,app,agent,model,session,end_reason,streams,input");
            assertThat(lines[1]).contains(",plain,,1,100,0,0,10,0,70,0");
        });
        String link = csv.headers().firstValue("Link").orElse("").replaceAll("^<|>.*$", "");
        assertThat(metering.raw("/v1/usage" + link, own).body()).contains("\"with \"\"quotes\"\", and commas\"");
        assertThat(ndjson.body().split("\n", -1)).hasSize(3);
        assertThat(ndjson.body()).contains("\"chargeMicro\":\"70\"").contains("\"outputNano\":2000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=yesterday",
                "from=2026-02-01&to=2026-01-01",
                "from=2010-01-01&to=2026-01-01",
                "window=MINUTE&from=2026-01-01&to=2026-03-01",
                "window=WEEK",
                "groupBy=colour",
                "groupBy=model%27",
                "limit=0",
                "limit=10001",
                "cursor=nonsense",
                "format=xml",
                "timeZone=Mars/Olympus",
                "timeZone=%2B02:00"
            })
    void refusesWhatItCannotAnswer(String query) {
        assertThat(metering.get("/v1/usage?" + query, Tokens.user("alice", "user"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void showsAnAccountItsOwnAndBillingAll() {
        var own = Tokens.user("alice", "user");
        for (String path : List.of("/v1/usage", "/v1/usage/records")) {
            assertThat(metering.get(path, own).status()).isEqualTo(200);
            assertThat(metering.get(path + "?account=bob", own).status()).isEqualTo(403);
            assertThat(metering.get(path + "?account=bob", billing).status()).isEqualTo(200);
            assertThat(metering.get(path, billing).status()).isEqualTo(200);
            assertThat(metering.get(path, Tokens.service("hold")).status()).isEqualTo(400);
            assertThat(metering.get(path, "").status()).isEqualTo(401);
        }
    }

    @Test
    void documentsAmountsAndIdsAsText() {
        var document = metering.text("/q/openapi");
        assertThat(document)
                .contains("/v1/holds/{stream}/settle", "/v1/usage/records", "groupBy")
                .doesNotContain("balanceMicro:\n          type: integer");
    }

    private void stream(AccountId account, Random random) throws Exception {
        String gateway = "g-" + UUID.randomUUID();
        var asked = Metering.request(account);
        var request = random.nextBoolean() ? asked : ReserveTest.agent(asked, "varied");
        if (metering.reserve(request).status() != 201) {
            return;
        }
        metering.claim(request.streamId(), gateway, "1");
        var totals = new Totals(100, random.nextInt(50), random.nextInt(50), random.nextInt(1500), 0);
        if (random.nextInt(3) == 0) {
            Sql.loseLease(gateway, 600);
            sweeper.sweep().subscribeAsCompletionStage().get();
            if (random.nextBoolean()) {
                metering.settle(request.streamId(), Metering.settlement(1, totals));
            }
            return;
        }
        metering.settle(
                request.streamId(),
                new SettleRequest(
                        1,
                        totals,
                        UsageSource.AGENT,
                        REASONS.get(random.nextInt(REASONS.size())),
                        random.nextBoolean() ? "m" + random.nextInt(3) : null,
                        null,
                        Metering.START,
                        null,
                        Metering.START));
    }

    private void settled(AccountId account, String session, long output) {
        var asked = Metering.request(account);
        var request = Metering.in(asked, new SessionId(session));
        assertThat(metering.reserve(request).status()).isEqualTo(201);
        metering.claim(request.streamId(), "g-usage", "1");
        metering.settle(request.streamId(), Metering.settlement(1, Totals.counted(100, output)));
    }

    /** Waits until everything settled so far is counted. */
    private static void rolled() throws InterruptedException {
        long number = Sql.number("SELECT last_value FROM usage_number");
        long giveUp = System.nanoTime() + LIMIT.toNanos();
        while (Sql.number("SELECT number FROM usage_watermark") < number) {
            assertThat(System.nanoTime() - giveUp).as("not rolled up").isNegative();
            Thread.sleep(20);
        }
    }

    private void pages(String path, Consumer<JsonNode> take) {
        var seen = new ArrayList<String>();
        String next = "";
        do {
            var page = metering.get(path + (next.isEmpty() ? "" : "&cursor=" + next), billing);
            assertThat(page.status()).as(path + page.body()).isEqualTo(200);
            take.accept(page.body());
            next = page.body().path("next").asText();
            assertThat(seen).doesNotContain(next);
            seen.add(next);
        } while (!next.isEmpty());
    }

    private static long charge(JsonNode report) {
        var sums = new Sums();
        report.path("rows").forEach(sums::add);
        return sums.charge;
    }

    private static final class Sums {
        private long streams;
        private long charge;
        private long receivable;

        void add(JsonNode row) {
            streams += row.path("streams").asLong();
            charge += row.path("chargeMicro").asLong();
            receivable += row.path("receivableMicro").asLong();
        }
    }
}
