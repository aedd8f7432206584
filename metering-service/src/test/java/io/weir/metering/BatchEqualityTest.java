package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.GrantRequest;
import io.weir.contracts.id.AccountId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two accounts live through the same: on one of them reserves and settles are done in batches, on the other one after the
 * other. Every answer and every figure is the same. A seed repeats its life.
 */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class BatchEqualityTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> ANSWER = List.of("outcome", "granted", "last", "available");
    private static final List<String> END =
            List.of("outcome", "booked", "charge", "receivable", "available", "reason", "late");

    private final Metering metering = new Metering();
    private final String gateway = "g-" + UUID.randomUUID();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void answersAsOneAfterTheOther(long seed) throws SQLException {
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            var random = new Random(seed);
            long credit = random.nextInt(60_000) + 1_000L;
            var life = new TwoLives(statement, random, metering.accountWith(credit), metering.accountWith(credit));
            for (int round = 0; round < 20; round++) {
                life.round();
            }
            assertThat(life.figures(life.together)).as("seed " + seed).isEqualTo(life.figures(life.alone));
        }
        Audits.assertClean(metering);
    }

    @Test
    void tendsGrantsAndPinsInABatchToo() throws SQLException {
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            var random = new Random(7);
            var life = new TwoLives(statement, random, metering.accountWith(9_000), metering.accountWith(9_000));
            for (var account : List.of(life.together, life.alone)) {
                metering.grant(
                        account,
                        new GrantRequest(
                                20_000, "promotional", 1, null, Instant.now().plusSeconds(3600), 0, null));
            }
            life.round();
            for (var account : List.of(life.together, life.alone)) {
                Sql.pass(account, Duration.ofHours(1));
            }
            for (int round = 0; round < 10; round++) {
                life.round();
            }
            assertThat(life.figures(life.together)).isEqualTo(life.figures(life.alone));
        }
        Audits.assertClean(metering);
    }

    private final class TwoLives {
        private final Statement statement;
        private final Random random;
        private final AccountId together;
        private final AccountId alone;
        private final List<UUID> ours = new ArrayList<>();
        private final List<UUID> theirs = new ArrayList<>();

        TwoLives(Statement statement, Random random, AccountId together, AccountId alone) {
            this.statement = statement;
            this.random = random;
            this.together = together;
            this.alone = alone;
        }

        /** A batch and its twin, then some claims, and now and then a sweep of a lost gateway. */
        void round() throws SQLException {
            ArrayNode batch = JSON.createArrayNode();
            var settled = new ArrayList<UUID>();
            var expected = new ArrayList<String>();
            int size = 1 + random.nextInt(8);
            for (int place = 0; place < size; place++) {
                ObjectNode item = batch.addObject().put("place", place);
                if (ours.isEmpty() || random.nextInt(5) < 2) {
                    expected.add(reserve(item));
                } else {
                    expected.add(settle(item, settled));
                }
            }
            var answers = new ArrayList<String>();
            String ids = settled.isEmpty()
                    ? "'{}'::uuid[]"
                    : "ARRAY['"
                            + String.join(
                                    "','", settled.stream().map(UUID::toString).toList()) + "']::uuid[]";
            try (var rows = statement.executeQuery("SELECT * FROM hold_batch('" + together + "', '" + batch + "', "
                    + ids + ", interval '1 day', 100, 0) ORDER BY place")) {
                while (rows.next()) {
                    boolean settle = batch.get(answers.size()).path("settle").asBoolean();
                    answers.add(text(rows, settle ? END : ANSWER));
                }
            }
            assertThat(answers).isEqualTo(expected);
            for (int i = 0; i < ours.size(); i++) {
                if (random.nextInt(3) == 0) {
                    claim(ours.get(i), together);
                    claim(theirs.get(i), alone);
                }
            }
            if (random.nextInt(6) == 0) {
                int lost = random.nextInt(ours.size());
                orphan(ours.get(lost));
                orphan(theirs.get(lost));
            }
        }

        private String reserve(ObjectNode item) throws SQLException {
            boolean again = !ours.isEmpty() && random.nextInt(4) == 0;
            int known = again ? random.nextInt(ours.size()) : -1;
            UUID mine = again && random.nextBoolean()
                    ? ours.get(known)
                    : Metering.stream().value();
            UUID twin = again && mine.equals(ours.get(known))
                    ? theirs.get(known)
                    : Metering.stream().value();
            String key = again ? "key-" + known : "key-" + ours.size();
            String hash = random.nextInt(5) == 0 ? "other" : "hash";
            int most = 3 + random.nextInt(8);
            int output = 1 + random.nextInt(4000);
            item.put("settle", false)
                    .put("stream", mine.toString())
                    .put("session", "s")
                    .put("agent", "demo")
                    .put("price", "default")
                    .put("prompt", 100)
                    .put("leaseTokens", 3000)
                    .put("maxOutput", output)
                    .put("maxOpen", most)
                    .put("key", key)
                    .put("untilEnd", false)
                    .put("hash", hash)
                    .put("lifeSeconds", 600)
                    .put("app", "");
            if (!again) {
                ours.add(mine);
                theirs.add(twin);
            }
            return answer(
                    "SELECT * FROM hold_reserve('" + twin + "', '" + alone
                            + "', 's', 'demo', 'default', NULL, 100, 3000, "
                            + output + ", " + most + ", '" + key + "', false, '" + hash
                            + "', interval '1 day', interval '600 s', 100, 0, NULL, '')",
                    ANSWER);
        }

        private String settle(ObjectNode item, List<UUID> settled) throws SQLException {
            int which = random.nextInt(ours.size());
            int epoch = random.nextInt(8) == 0 ? 2 : 1;
            int output = random.nextInt(6) == 0 ? 20_000 : 10 * random.nextInt(3);
            settled.add(ours.get(which));
            item.put("settle", true)
                    .put("stream", ours.get(which).toString())
                    .put("epoch", epoch)
                    .put("input", 100)
                    .put("cached", 0)
                    .put("cacheWrite", 0)
                    .put("output", output)
                    .put("reasoning", 0)
                    .put("source", "agent")
                    .put("reason", "completed")
                    .put("started", "2026-01-01T00:00:00Z")
                    .put("ended", "2026-01-01T00:00:01Z");
            return answer(
                    "SELECT * FROM hold_settle('" + theirs.get(which) + "', " + epoch + ", 100, 0, 0, " + output
                            + ", 0, 'agent', 'completed', NULL, NULL, '2026-01-01T00:00:00Z', NULL,"
                            + " '2026-01-01T00:00:01Z')",
                    END);
        }

        private void claim(UUID stream, AccountId account) throws SQLException {
            statement.execute("SELECT hold_claim('" + stream + "', '" + gateway + "', '1', 'http://g', interval '60 s')"
                    + " FROM hold WHERE stream_id = '" + stream + "' AND account_id = '" + account + "'");
        }

        private void orphan(UUID stream) throws SQLException {
            statement.execute("SELECT hold_orphan(h, 'sweep') FROM hold h WHERE h.state = 'OPEN' AND h.stream_id = '"
                    + stream + "'");
        }

        private String answer(String query, List<String> columns) throws SQLException {
            try (var rows = statement.executeQuery(query)) {
                rows.next();
                return text(rows, columns);
            }
        }

        /** The account's row, its holds and the running balances of its entries. */
        String figures(AccountId account) throws SQLException {
            var all = new StringBuilder();
            for (String query : List.of(
                    "SELECT balance, held, open_streams, version, pinned, 0 FROM account WHERE id = '%s'",
                    "SELECT state, granted, epoch, 0, 0, 0 FROM hold WHERE account_id = '%s' ORDER BY created_at, stream_id",
                    "SELECT leg, amount, account_version, balance_after, 0, 0 FROM entry WHERE account = '%s'"
                            + " ORDER BY account_version")) {
                try (var rows = statement.executeQuery(query.formatted(account))) {
                    while (rows.next()) {
                        for (int column = 1; column <= 6; column++) {
                            all.append(rows.getString(column)).append(' ');
                        }
                        all.append('\n');
                    }
                }
            }
            return all.toString();
        }
    }

    private static String text(ResultSet row, List<String> columns) throws SQLException {
        var text = new StringBuilder();
        for (String column : columns) {
            text.append(column).append('=').append(row.getString(column)).append(' ');
        }
        return text.toString();
    }
}
