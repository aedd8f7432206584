package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.stream.Totals;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class AccessTest {
    private final Metering metering = new Metering();
    private final String admin = Tokens.user("root", "admin");
    private final String billing = Tokens.user("bill", "billing");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/audit",
                "/v1/prices",
                "/v1/accounts/a",
                "/v1/accounts/a/grants",
                "/v1/streams/00000000-0000-7000-8000-000000000000/receipt"
            })
    void asksForAToken(String path) {
        for (String token : new String[] {"", "nonsense", Tokens.expired(), Tokens.forged()}) {
            var answer = metering.get(path, token);
            assertThat(answer.status()).as(token).isEqualTo(401);
            assertThat(answer.problem()).isEqualTo("unauthenticated");
            assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
        }
    }

    @Test
    void letsOnlyServicesHold() {
        var request = Metering.request(metering.accountWith(1_000_000));
        for (String token : new String[] {Tokens.user("alice", "user"), admin, Tokens.service("internal open")}) {
            var answer = metering.post("/v1/holds", request, token);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.problem()).isEqualTo("forbidden");
        }
        assertThat(metering.post("/v1/holds", request, "").status()).isEqualTo(401);
        assertThat(metering.view(request.account()).heldMicro()).isZero();
    }

    @Test
    void letsAnAccountReadItsOwnAndBillingAll() {
        // Given
        var account = metering.accountWith(1_000_000);
        var request = Metering.request(account);
        metering.reserve(request);
        var own = Tokens.user(account.value(), "user");
        var stranger = Tokens.user("stranger", "user");
        var path = "/v1/accounts/" + account;
        var receipt = "/v1/streams/" + request.streamId() + "/receipt";

        // Then
        for (String token : new String[] {own, billing, admin, Tokens.service("hold")}) {
            assertThat(metering.get(path, token).status()).isEqualTo(200);
            assertThat(metering.get(path + "/grants", token).status()).isEqualTo(200);
            assertThat(metering.get(receipt, token).status()).isEqualTo(200);
        }
        assertThat(metering.get(path, stranger).status()).isEqualTo(403);
        assertThat(metering.get(path + "/grants", stranger).status()).isEqualTo(403);
        assertThat(metering.get(receipt, stranger).status()).isEqualTo(404);
        // A service asks on behalf of an account.
        assertThat(metering.get(receipt + "?account=" + account, Tokens.service("hold"))
                        .status())
                .isEqualTo(200);
        assertThat(metering.get(receipt + "?account=stranger", Tokens.service("hold"))
                        .status())
                .isEqualTo(404);
        assertThat(metering.get("/v1/streams/nonsense/receipt", billing).status())
                .isEqualTo(404);
        assertThat(metering.get("/v1/streams/" + Metering.stream() + "/receipt", billing)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void letsOnlyAnAdminGrantAndPrice() {
        var grant = Map.of("amountMicro", "5");
        var price = Map.of("name", "x", "outputNano", 1);
        for (String token : new String[] {Tokens.user("alice", "user"), billing, Tokens.service("hold")}) {
            assertThat(metering.post("/v1/accounts/alice/grants", grant, token).status())
                    .isEqualTo(403);
            assertThat(metering.put("/v1/prices", price, token).status()).isEqualTo(403);
        }
        assertThat(metering.get("/v1/prices", billing).status()).isEqualTo(200);
        assertThat(metering.get("/v1/audit", Tokens.user("alice", "user")).status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "7", "{}", "{\"streamId\":\"x\"}", "null", "{\"streamId\":7,\"account\":{}}"})
    void refusesMalformedBodies(String body) {
        for (String path : new String[] {
            "/v1/holds",
            "/v1/holds/updates",
            "/v1/holds/" + Metering.stream() + "/claim",
            "/v1/holds/" + Metering.stream() + "/settle",
            "/v1/holds/" + Metering.stream() + "/cancel"
        }) {
            var answer = metering.postText(path, body, Tokens.service("hold"));
            assertThat(answer.status())
                    .as(path + " " + body + " " + answer.body())
                    .isEqualTo(400);
            assertThat(answer.problem()).isEqualTo("malformed-request");
        }
        assertThat(metering.postText("/v1/accounts/a/grants", body, admin).status())
                .isEqualTo(400);
    }

    @Test
    void refusesWhatNamesNothing() {
        assertThat(metering.postText(
                                "/v1/holds/nonsense/settle",
                                Metering.write(Metering.settlement(1, Totals.ZERO)),
                                Tokens.service("hold"))
                        .status())
                .isEqualTo(400);
        assertThat(metering.grant(new AccountId("a"), 0).status()).isEqualTo(400);
        assertThat(metering.grant(new AccountId("a"), -5).status()).isEqualTo(400);
        assertThat(metering.get("/v1/nothing", admin).status()).isEqualTo(404);
        assertThat(metering.get("/v1/holds", Tokens.service("hold")).status()).isEqualTo(405);
    }
}
