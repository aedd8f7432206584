package io.weir.local.issuer;

import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ResourceOwnerPasswordCredentialsGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.PlainClientSecret;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.OAuth2Exception;
import no.nav.security.mock.oauth2.token.OAuth2TokenCallback;

/**
 * Who gets which claims. Services (client credentials) must present their secret and get their scopes; people get what
 * {@link LocalUser} says. The claims of a person who signed in on the page come from {@link IssuerHttpServer}.
 */
final class WeirTokens implements OAuth2TokenCallback {
    /** Client of the web console and of the CLI: public, with PKCE. */
    static final String CONSOLE = "weir-console";

    private static final Map<String, String> SCOPES = Map.of(
            "edge", "hold open internal machines",
            "gateway", "hold append internal",
            "relay", "hold internal",
            "metering", "internal");

    private final Map<String, String> clientSecrets;
    private final Duration lifetime;
    private final InstantSource clock;

    WeirTokens(Map<String, String> clientSecrets, Duration lifetime, InstantSource clock) {
        this.clientSecrets = Map.copyOf(clientSecrets);
        this.lifetime = lifetime;
        this.clock = clock;
    }

    @Override
    public String issuerId() {
        return "weir";
    }

    @Override
    public String subject(TokenRequest request) {
        return request.getAuthorizationGrant() instanceof ResourceOwnerPasswordCredentialsGrant grant
                ? grant.getUsername()
                : clientOf(request);
    }

    @Override
    public String typeHeader(TokenRequest request) {
        return "JWT";
    }

    @Override
    public List<String> audience(TokenRequest request) {
        return List.of("weir", clientOf(request));
    }

    @Override
    public Map<String, Object> addClaims(TokenRequest request) {
        var claims = new LinkedHashMap<String, Object>();
        switch (request.getAuthorizationGrant()) {
            case ClientCredentialsGrant _ -> claims.put("scope", scopesOf(request));
            case ResourceOwnerPasswordCredentialsGrant grant ->
                claims.putAll(LocalUser.named(grant.getUsername()).claims());
            default -> claims.put("azp", clientOf(request));
        }
        // Tests ask for tokens that expire soon, or long ago.
        List<String> asked = request.getCustomParameter("lifetime");
        if (asked != null && !asked.isEmpty()) {
            claims.put("exp", Date.from(clock.instant().plusSeconds(Long.parseLong(asked.getFirst()))));
        }
        return claims;
    }

    @Override
    public long tokenExpiry() {
        return lifetime.toSeconds();
    }

    private String scopesOf(TokenRequest request) {
        String client = clientOf(request);
        ClientAuthentication proof = request.getClientAuthentication();
        String expected = clientSecrets.get(client);
        boolean proven = expected != null
                && proof instanceof PlainClientSecret plain
                && plain.getClientSecret().getValue().equals(expected);
        if (!proven) {
            throw new OAuth2Exception(OAuth2Error.INVALID_CLIENT, "Unknown client or wrong secret");
        }
        return SCOPES.getOrDefault(client, "");
    }

    private static String clientOf(TokenRequest request) {
        ClientAuthentication proof = request.getClientAuthentication();
        if (proof != null) {
            return proof.getClientID().getValue();
        }
        return request.getClientID() == null ? CONSOLE : request.getClientID().getValue();
    }
}
