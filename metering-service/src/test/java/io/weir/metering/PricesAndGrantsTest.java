package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.GrantReply;
import io.weir.contracts.holds.Receipt;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.stream.Totals;
import io.weir.metering.Metering.Answer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class PricesAndGrantsTest {
    private final Metering metering = new Metering();
    private final String admin = Tokens.user("root", "admin");

    @Test
    void billsAStreamByThePriceItWasReservedUnder() {
        // Given
        set("cheap", 1000);
        var account = metering.accountWith(1_000_000);
        var before = reserve(account);
        metering.claim(before.streamId(), "g-price", "1");

        // When
        set("cheap", 9000);
        metering.settle(before.streamId(), Metering.settlement(1, Totals.counted(0, 10)));
        var after = reserve(account);

        // Then
        assertThat(after.price().version()).isEqualTo(before.price().version() + 1);
        assertThat(after.price().outputNano()).isEqualTo(9000);
        var receipt = metering.receipt(before.streamId()).as(Receipt.class);
        assertThat(receipt.chargeMicro()).isEqualTo(10);
        assertThat(receipt.priceVersion()).isEqualTo(before.price().version());
        Audits.assertClean(metering);
    }

    @Test
    void addsNoVersionWhenAPriceIsSetAgain() {
        var first = set("steady", 5);
        var again = set("steady", 5);
        var other = set("steady", 6);

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.body().path("version").asInt()).isEqualTo(1);
        assertThat(again.body().path("version").asInt()).isEqualTo(1);
        assertThat(other.body().path("version").asInt()).isEqualTo(2);
        assertThat(other.body().path("createdBy").asText()).isEqualTo("root");
        var book = metering.get("/v1/prices", admin).body().path("prices");
        assertThat(book).extracting(p -> p.path("name").asText()).contains("byok", "default", "steady");
        assertThat(book)
                .filteredOn(p -> p.path("name").asText().equals("steady"))
                .hasSize(2);
    }

    @Test
    void refusesPricesOutOfBounds() {
        assertThat(set("byok", 1).status()).isEqualTo(400);
        assertThat(set("Upper Case", 1).status()).isEqualTo(400);
        assertThat(set("x", -1).status()).isEqualTo(400);
        assertThat(set("x", 1_000_000_001L).status()).isEqualTo(400);
        assertThat(set("x", 1_000_000_000L).status()).isEqualTo(200);
    }

    @Test
    void grantsOnceForOneKey() {
        var account = Metering.account();
        var first = grant(account, "70", "k");
        var again = grant(account, "70", "k");
        var other = grant(account, "71", "k");

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.as(GrantReply.class).grantId())
                .isEqualTo(first.as(GrantReply.class).grantId());
        assertThat(other.status()).isEqualTo(409);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(70);
        JsonNode list = metering.get("/v1/accounts/" + account + "/grants", admin)
                .body()
                .path("grants");
        assertThat(list).hasSize(1);
        assertThat(list.get(0).path("amountMicro").asText()).isEqualTo("70");
        assertThat(list.get(0).path("grantedBy").asText()).isEqualTo("root");
        Audits.assertClean(metering);
    }

    @Test
    void goesByThePriceOfTheModelWhereThereIsOne() {
        // Given: the agent asks for model-x, which has no price yet
        var before = metering.reserve(ReserveTest.agent(Metering.request(metering.accountWith(1_000_000)), "modelled"));
        assertThat(before.as(ReserveReply.class).price().outputNano()).isEqualTo(2000);

        // When it gets one, and one for each request
        var price = Map.of("name", "model-x", "inputNano", 0, "outputNano", 7000, "requestMicro", "300");
        assertThat(metering.put("/v1/prices", price, Tokens.user("root", "admin"))
                        .status())
                .isEqualTo(200);

        // Then
        var account = metering.accountWith(1_000_000);
        var request = ReserveTest.agent(Metering.request(account), "modelled");
        var reserved = metering.reserve(request).as(ReserveReply.class);
        assertThat(reserved.price().outputNano()).isEqualTo(7000);
        assertThat(reserved.grantedMicro()).isEqualTo(3000 * 7 + 300);
        metering.claim(request.streamId(), "g-model", "1");
        var settled = metering.settle(request.streamId(), Metering.settlement(1, Totals.counted(100, 10)));
        assertThat(settled.body().path("chargeMicro").asText()).isEqualTo("370");
        assertThat(metering.receipt(request.streamId()).body().path("priceName").asText())
                .isEqualTo("model-x");
    }

    @Test
    void showsTheAuditAsItIsPromised() {
        var report = metering.audit();
        assertThat(report.path("checkedAt").asText()).isNotEmpty();
        assertThat(report.path("invariants"))
                .extracting(line -> line.path("id").asText())
                .containsExactly("I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9");
        assertThat(report.path("invariants").get(0).path("violations").isIntegralNumber())
                .isTrue();
        assertThat(report.path("invariants").get(0).path("statement").asText()).isNotEmpty();
    }

    @Test
    void findsEveryKindOfDamage() {
        // Given
        var account = metering.accountWith(1_000_000);
        var hold = reserve(account);
        metering.claim(hold.streamId(), "g-damage", "1");
        metering.settle(hold.streamId(), Metering.settlement(1, Totals.counted(100, 10)));
        var of = " WHERE id = '" + account + "'";
        var stream = " WHERE stream_id = '" + hold.streamId() + "'";

        // When, then
        assertThat(violation(
                        0,
                        "UPDATE account SET balance = balance + 1" + of,
                        "UPDATE account SET balance = balance - 1" + of))
                .isEqualTo(1);
        assertThat(violation(1, "UPDATE account SET held = 1" + of, "UPDATE account SET held = 0" + of))
                .isEqualTo(1);
        assertThat(violation(
                        2,
                        damage("entry", "UPDATE entry SET amount = amount + 1" + stream + " AND leg = 'revenue'"),
                        damage("entry", "UPDATE entry SET amount = amount - 1" + stream + " AND leg = 'revenue'")))
                .isEqualTo(1);
        assertThat(violation(
                        3,
                        damage("entry", "UPDATE entry SET leg = 'late'" + stream + " AND leg = 'charge'"),
                        damage("entry", "UPDATE entry SET leg = 'charge'" + stream + " AND leg = 'late'")))
                .isEqualTo(2);
        assertThat(violation(
                        4,
                        damage("settlement", "UPDATE settlement SET output = output + 1" + stream),
                        damage("settlement", "UPDATE settlement SET output = output - 1" + stream)))
                .isEqualTo(1);
        var grant = " WHERE account_id = '" + account + "'";
        assertThat(violation(
                        5,
                        "UPDATE credit_grant SET remaining = remaining - 1, spent = spent + 1" + grant,
                        "UPDATE credit_grant SET remaining = remaining + 1, spent = spent - 1" + grant))
                .isEqualTo(1);
        var number = "(SELECT number FROM settlement" + stream + ")";
        assertThat(violation(
                        7,
                        "UPDATE outbox SET number = -number WHERE number = " + number,
                        "UPDATE outbox SET number = -number WHERE number = -" + number))
                .isEqualTo(2);
        var held = Metering.request(account);
        metering.reserve(held);
        var reserved = " WHERE stream_id = '" + held.streamId() + "'";
        assertThat(violation(
                        8,
                        "UPDATE hold SET expires_at = expires_at - interval '2 h'" + reserved,
                        "UPDATE hold SET expires_at = expires_at + interval '2 h'" + reserved))
                .isEqualTo(1);
        metering.claim(held.streamId(), "g-late", "1");
        assertThat(violation(
                        8,
                        "UPDATE gateway_lease SET ended = true, lease_until = lease_until - interval '2 h'"
                                + " WHERE gateway = 'g-late'",
                        "UPDATE gateway_lease SET ended = false, lease_until = lease_until + interval '2 h'"
                                + " WHERE gateway = 'g-late'"))
                .isEqualTo(1);
        Audits.assertClean(metering);
    }

    private long violation(int invariant, String damage, String repair) {
        Sql.run(damage);
        long found = metering.audit()
                .path("invariants")
                .get(invariant)
                .path("violations")
                .asLong();
        Sql.run(repair);
        return found;
    }

    /** The tables refuse changes; only their owner can switch that off. */
    private static String damage(String table, String sql) {
        return "ALTER TABLE " + table + " DISABLE TRIGGER USER; " + sql + "; ALTER TABLE " + table
                + " ENABLE TRIGGER USER";
    }

    private Answer grant(AccountId account, String micro, String key) {
        return metering.post("/v1/accounts/" + account + "/grants", Map.of("amountMicro", micro), admin, key);
    }

    private Answer set(String name, long outputNano) {
        var price = new LinkedHashMap<String, Object>();
        price.put("name", name);
        price.put("outputNano", outputNano);
        price.put("requestMicro", "0");
        return metering.put("/v1/prices", price, admin);
    }

    private ReserveReply reserve(AccountId account) {
        var r = Metering.request(account);
        return metering.reserve(new ReserveRequest(
                        r.streamId(),
                        account,
                        r.session(),
                        new AgentName("cheap"),
                        0,
                        null,
                        8,
                        r.idempotencyKey(),
                        false,
                        r.bodyHash(),
                        false,
                        10))
                .as(ReserveReply.class);
    }
}
