package io.weir.edge.identity;

import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemWriter;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * {@code /login} starts the code flow, is also where the issuer sends the browser back to, and then leads to {@code /}.
 * {@code /logout} ends the session here and at the issuer. The only two paths that redirect.
 */
@Singleton
final class LoginRoutes {
    private static final String HOME = "/";

    private final Identities identities;
    private final ProblemWriter problems;

    LoginRoutes(Identities identities, ProblemWriter problems) {
        this.identities = identities;
        this.problems = problems;
    }

    void routes(@Observes Router router) {
        router.get("/login").handler(this::login);
        router.get("/logout").handler(this::logout);
    }

    private void login(RoutingContext context) {
        identities
                .of(context)
                .subscribe()
                .with(identity -> identified(context, identity), failure -> unidentified(context, failure));
    }

    private void identified(RoutingContext context, SecurityIdentity identity) {
        if (identity.isAnonymous()) {
            challenge(context);
        } else {
            redirect(context, HOME);
        }
    }

    private void unidentified(RoutingContext context, Throwable failure) {
        switch (failure) {
            case AuthenticationRedirectException onward -> redirect(context, onward.getRedirectUri());
            case AuthenticationCompletionException _ -> redirect(context, HOME + "?login=failed");
            default -> challenge(context);
        }
    }

    private void challenge(RoutingContext context) {
        HttpAuthenticator authenticator = context.get(HttpAuthenticator.class.getName());
        authenticator
                .getChallenge(context)
                .subscribe()
                .with(challenge -> answer(context, challenge), failure -> problems.write(context, failure));
    }

    private void answer(RoutingContext context, ChallengeData challenge) {
        if (challenge.status != 302) {
            problems.write(context, ProblemType.UNAUTHENTICATED, "Sign-in is not available to this client.");
            return;
        }
        challenge.getHeaders().forEach((name, value) -> context.response().putHeader(name, value));
        context.response().setStatusCode(challenge.status).end();
    }

    private void logout(RoutingContext context) {
        identities.of(context).subscribe().with(_ -> redirect(context, HOME), failure -> signedOut(context, failure));
    }

    private static void signedOut(RoutingContext context, Throwable failure) {
        redirect(context, failure instanceof AuthenticationRedirectException onward ? onward.getRedirectUri() : HOME);
    }

    private static void redirect(RoutingContext context, String target) {
        context.response()
                .setStatusCode(302)
                .putHeader("Location", target)
                .putHeader("Cache-Control", "no-store")
                .end();
    }
}
