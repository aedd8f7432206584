package io.weir.local.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import no.nav.security.mock.oauth2.token.KeyProvider;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;

/**
 * Runs the issuer: {@code LocalIssuer PORT DIRECTORY [TOKEN_SECONDS]}. The directory holds {@code clients.properties}
 * (client id = secret) and keeps the signing key, so that tokens outlive a restart. The issuer is
 * {@code http://localhost:PORT/weir}, for browsers and services alike.
 */
public final class LocalIssuer {
    private static final Duration LIFETIME = Duration.ofHours(1);

    private LocalIssuer() {}

    /** Listens until the process ends. */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        Path directory = Path.of(args[1]);
        Duration lifetime = args.length > 2 ? Duration.ofSeconds(Long.parseLong(args[2])) : LIFETIME;
        var server = new MockOAuth2Server(config(directory, lifetime));
        server.start(InetAddress.getLoopbackAddress(), port);
        System.out.println(
                "issuer listening port=" + server.getConfig().getHttpServer().port());
        Thread.currentThread().join();
    }

    private static OAuth2Config config(Path directory, Duration lifetime)
            throws IOException, JOSEException, ParseException {
        var keys = new KeyProvider(List.of(signingKey(directory.resolve("signing-key.jwk"))), "RS256");
        var tokens = new WeirTokens(clientSecrets(directory), lifetime, InstantSource.system());
        return new OAuth2Config(
                true,
                loginPage(directory).toString(),
                null,
                true,
                new OAuth2TokenProvider(keys),
                Set.of(tokens),
                new IssuerHttpServer());
    }

    private static JWK signingKey(Path file) throws IOException, JOSEException, ParseException {
        if (Files.exists(file)) {
            return JWK.parse(Files.readString(file));
        }
        RSAKey key =
                new RSAKeyGenerator(2048).keyID("weir").keyUse(KeyUse.SIGNATURE).generate();
        Path fresh = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                "key",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, key.toJSONString());
        Files.move(fresh, file);
        return key;
    }

    private static Map<String, String> clientSecrets(Path directory) throws IOException {
        var clients = new Properties();
        try (Reader reader = Files.newBufferedReader(directory.resolve("clients.properties"))) {
            clients.load(reader);
        }
        var secrets = new HashMap<String, String>();
        clients.stringPropertyNames().forEach(client -> secrets.put(client, clients.getProperty(client)));
        return secrets;
    }

    private static Path loginPage(Path directory) throws IOException {
        String people = LocalUser.KNOWN.stream()
                .map(user -> """
                        <button name="username" value="%1$s"><strong>%1$s</strong><span>%2$s</span></button>
                        """.formatted(user.name(), user.does()))
                .collect(Collectors.joining());
        try (InputStream template = LocalIssuer.class.getResourceAsStream("login.html")) {
            if (template == null) {
                throw new IOException("login.html is missing from the class path");
            }
            String page = new String(template.readAllBytes(), StandardCharsets.UTF_8).replace("<!--people-->", people);
            return Files.writeString(directory.resolve("login.html"), page);
        }
    }
}
