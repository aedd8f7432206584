package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.Receipt;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receipts that anybody can check without asking anybody. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class ReceiptsTest {
    private final Metering metering = new Metering();

    @TempDir
    @SuppressWarnings("NullAway.Init") // filled by JUnit
    Path folder;

    @Test
    void canBeVerifiedOfflineWithThePublishedKeys() throws Exception {
        // Given
        var request = settled("s");
        var own = Tokens.user(request.account().value(), "user");
        String path = "/v1/streams/" + request.streamId() + "/receipt";

        // When
        var signed = metering.raw(path + "/signed", own);
        var published = metering.raw("/v1/receipts/keys", "");
        var verified = Scripts.node("verify-receipt.mjs", file(signed.body()), file(published.body()));

        // Then
        assertThat(signed.headers().firstValue("Content-Type")).hasValue("application/jose");
        assertThat(verified.exit()).as(verified.output()).isZero();
        var json = new ObjectMapper();
        var receipt = json.readTree(verified.output());
        assertThat(receipt).isEqualTo(json.readTree(metering.raw(path, own).body()));
        assertThat(receipt.path("textSha256").asText()).isEqualTo(Metering.HASH);
        assertThat(receipt.path("cutOff").asBoolean(true)).isFalse();
        assertThat(receipt.path("priceName").asText()).isEqualTo("default");
        assertThat(published.body()).doesNotContain("\"d\"");
        assertThat(metering.raw(path + "/signed", own).body()).isEqualTo(signed.body());
    }

    @Test
    void failToVerifyOnceTheyAreChanged() throws Exception {
        // Given
        var request = settled("s");
        String signed = metering.raw("/v1/streams/" + request.streamId() + "/receipt/signed", Tokens.service("hold"))
                .body();
        String[] parts = signed.split("\\.", -1);
        String body = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);

        // When
        String cheaper = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(body.replace("\"chargeMicro\":\"70\"", "\"chargeMicro\":\"07\"")
                        .getBytes(StandardCharsets.UTF_8));
        var verified = Scripts.node(
                "verify-receipt.mjs",
                file(parts[0] + "." + cheaper + "." + parts[2]),
                file(metering.raw("/v1/receipts/keys", "").body()));

        // Then
        assertThat(cheaper).isNotEqualTo(parts[1]);
        assertThat(verified.exit()).isNotZero();
        assertThat(verified.output()).contains("not signed with any of these keys");
    }

    @Test
    void areSignedOnceSettledAndOnlyForTheirAccount() {
        var request = Metering.request(metering.accountWith(1_000_000));
        metering.reserve(request);
        String path = "/v1/streams/" + request.streamId() + "/receipt/signed";

        assertThat(metering.raw(path, Tokens.service("hold")).statusCode()).isEqualTo(409);
        assertThat(metering.raw(path, Tokens.user("stranger", "user")).statusCode())
                .isEqualTo(404);
        assertThat(metering.raw(path, "").statusCode()).isEqualTo(401);
    }

    @Test
    void canBePrintedWhateverTheirNamesContain() {
        var request = settled("<script>alert(1)</script>");
        var page = metering.raw("/v1/streams/" + request.streamId() + "/receipt/page", Tokens.service("hold"));

        assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(page.body())
                .contains(
                        "0.000070 credits", "&lt;script&gt;", request.streamId().toString(), Metering.HASH)
                .doesNotContain("<script>");
    }

    @Test
    void tellThatAStreamWasCutOffAndWhatItsOwnerStillReported() {
        // Given: a stream whose gateway is lost
        String gateway = "g-" + Metering.stream();
        var request = Metering.request(metering.accountWith(1_000_000));
        metering.reserve(request);
        metering.claim(request.streamId(), gateway, "1");
        Sql.loseLease(gateway, 1);
        metering.fence(request.streamId());

        var orphaned = metering.receipt(request.streamId()).as(Receipt.class);
        assertThat(orphaned.cutOff()).isTrue();
        assertThat(orphaned.endReason()).isEqualTo(EndReason.ORPHANED);
        assertThat(orphaned.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(orphaned.chargeMicro()).isZero();
        assertThat(orphaned.textSha256()).isNull();

        // When: it comes back, and says how the stream had ended
        metering.settle(request.streamId(), Metering.settlement(1, Totals.counted(100, 10)));

        // Then: what the viewers were told stands, and what was used is paid
        var corrected = metering.receipt(request.streamId()).as(Receipt.class);
        assertThat(corrected.cutOff()).isTrue();
        assertThat(corrected.endReason()).isEqualTo(EndReason.ORPHANED);
        assertThat(corrected.usageSource()).isEqualTo(UsageSource.AGENT);
        assertThat(corrected.tokens()).isEqualTo(Totals.counted(100, 10));
        assertThat(corrected.chargeMicro()).isEqualTo(70);
        assertThat(corrected.textSha256()).isEqualTo(Metering.HASH);
    }

    private ReserveRequest settled(String session) {
        var request = Metering.in(Metering.request(metering.accountWith(1_000_000)), new SessionId(session));
        assertThat(metering.reserve(request).status()).isEqualTo(201);
        metering.claim(request.streamId(), "g-receipt", "1");
        assertThat(metering.settle(request.streamId(), Metering.settlement(1, Totals.counted(100, 10)))
                        .status())
                .isEqualTo(200);
        return request;
    }

    private Path file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "receipt", ".txt"), text);
    }
}
