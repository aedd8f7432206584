package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import io.weir.edge.fake.Script;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS by configuration, and readers that leave over it: by RST_STREAM on HTTP/2, by a closed socket on HTTP/1.1. */
@QuarkusTest
@TestProfile(TlsTest.WithTls.class)
@QuarkusTestResource(FakeStack.class)
final class TlsTest {
    private static final String PASSWORD = "only-for-tests";
    private static final Path STORE = Path.of("target", "tls-test.p12");

    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource(value = "/", tls = true)
    URI edge;

    /** A certificate made for this run. */
    public static final class WithTls implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            makeCertificate();
            return Map.of(
                    "quarkus.tls.key-store.p12.path",
                    STORE.toAbsolutePath().toString(),
                    "quarkus.tls.key-store.p12.password",
                    PASSWORD,
                    "quarkus.http.test-ssl-port",
                    "0",
                    "quarkus.http.insecure-requests",
                    "enabled");
        }
    }

    private static void makeCertificate() {
        try {
            Files.deleteIfExists(STORE);
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "edge",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1",
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            STORE.toString(),
                            "-storepass",
                            PASSWORD)
                    .inheritIO()
                    .start();
            assertThat(keytool.waitFor()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext trust() throws IOException, GeneralSecurityException {
        var made = KeyStore.getInstance("PKCS12");
        try (InputStream store = Files.newInputStream(STORE)) {
            made.load(store, PASSWORD.toCharArray());
        }
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("edge", made.getCertificate("edge"));
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void releasesEveryHopWhenAReaderLeavesAndLetsTheStreamGoOn(HttpClient.Version version) throws Exception {
        // Given
        HttpClient client =
                HttpClient.newBuilder().version(version).sslContext(trust()).build();
        var alice = new Browser(edge, fakes.issuer.token("alice"), client);
        Reading reading =
                alice.read("POST", "/api/chat/stream", "{\"sessionId\":\"s1\",\"message\":\"" + version + "\"}");
        Exchange gateway = fakes.gateway.take("POST /v1/streams").stream();
        var script = new Script(Fakes.streamOf(gateway));
        gateway.send(script.scaffold() + script.delta("one"));
        reading.until("one");
        assertThat(reading.version()).isEqualTo(version);
        // When
        reading.close();
        // Then
        gateway.assertClosed();
        assertThat(fakes.metering.seen("POST /v1/holds/"))
                .as("no stop, no release")
                .isEmpty();
    }
}
