package io.weir.edge.billing;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.admission.Bodies;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.problems.ProblemWriter;
import io.weir.edge.wire.ServiceAnswer;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * {@code /api/me/…}: the caller's usage, receipts, keys and budgets. {@code /api/admin/**}: metering's {@code /v1/**} for
 * the roles admin and billing, in their own name.
 */
@Singleton
public final class BillingRoutes {
    private static final int MAX_BODY = 16 * 1024;
    private static final String ADMIN = "/api/admin/";
    private static final Set<String> STAFF = Set.of("admin", "billing");
    private static final List<String> PASSED_ON =
            List.of("Content-Type", "Content-Disposition", "Link", "Weir-Watermark", "Location");

    private final Callers callers;
    private final Bodies bodies;
    private final Billing billing;
    private final ProblemWriter problems;

    BillingRoutes(Callers callers, Bodies bodies, Billing billing, ProblemWriter problems) {
        this.callers = callers;
        this.bodies = bodies;
        this.billing = billing;
        this.problems = problems;
    }

    void routes(@Observes Router router) {
        read(router, "/api/me/usage", _ -> "/v1/usage");
        read(router, "/api/me/usage/records", _ -> "/v1/usage/records");
        read(router, "/api/me/receipts/:id", context -> receipt(context, ""));
        read(router, "/api/me/receipts/:id/signed", context -> receipt(context, "/signed"));
        read(router, "/api/me/receipts/:id/page", context -> receipt(context, "/page"));
        own(router, HttpMethod.GET, "/api/me/keys", _ -> "/keys");
        own(router, HttpMethod.POST, "/api/me/keys", _ -> "/keys");
        own(router, HttpMethod.DELETE, "/api/me/keys/:id", context -> "/keys/" + segment(context, "id"));
        own(router, HttpMethod.GET, "/api/me/budgets", _ -> "/budgets");
        own(router, HttpMethod.PUT, "/api/me/budgets/:period", context -> "/budgets/" + segment(context, "period"));
        own(router, HttpMethod.DELETE, "/api/me/budgets/:period", context -> "/budgets/" + segment(context, "period"));
        router.get("/api/receipts/keys")
                .handler(context -> finish(context, billing.asService(HttpMethod.GET, "/v1/receipts/keys", none())));
        router.route(ADMIN + "*").handler(this::admin);
    }

    private interface Target {
        /** Path at metering. */
        String of(RoutingContext context);
    }

    /** What API keys with the scope may read as well; metering looks that it is the account's. */
    private void read(Router router, String path, Target target) {
        router.get(path).handler(context -> {
            context.request().pause();
            finish(
                    context,
                    callers.require(context, KeyScope.USAGE)
                            .compose(caller -> billing.asService(
                                    HttpMethod.GET,
                                    target.of(context) + Queries.ofAccount(context.request(), caller.payer()),
                                    none())));
        });
    }

    /** What belongs to the account: persons only. */
    private void own(Router router, HttpMethod method, String path, Target target) {
        router.route(method, path)
                .handler(context -> withBody(
                        context,
                        callers.require(context),
                        (caller, body) -> billing.asService(
                                method,
                                "/v1/accounts/" + Queries.encoded(caller.payer().value()) + target.of(context)
                                        + Queries.without(context.request(), "account"),
                                body)));
    }

    private void admin(RoutingContext context) {
        // Bounded by metering's own paths and roles; the edge adds nothing to what the token may do.
        String path = "/v1/" + String.valueOf(context.request().path()).substring(ADMIN.length());
        withBody(
                context,
                callers.require(context).map(BillingRoutes::staff),
                (caller, body) -> billing.as(
                        caller,
                        context.request().method(),
                        path + Queries.whole(context.request()),
                        context.request().getHeader("Content-Type"),
                        context.request().getHeader("Idempotency-Key"),
                        body));
    }

    private static Caller staff(Caller caller) {
        // Metering knows no tenants: whoever reads all accounts reads those of every tenant.
        boolean ours = caller.tenant().equals(Caller.DEFAULT_TENANT);
        if (!ours || caller.roles().stream().noneMatch(STAFF::contains)) {
            throw new ProblemException(ProblemType.FORBIDDEN, "This takes the role admin or billing.");
        }
        return caller;
    }

    private void withBody(
            RoutingContext context, Future<Caller> who, BiFunction<Caller, Buffer, Future<ServiceAnswer>> ask) {
        context.request().pause();
        finish(
                context,
                who.compose(caller -> bodies.use(context.request(), MAX_BODY, body -> ask.apply(caller, body))));
    }

    private void finish(RoutingContext context, Future<ServiceAnswer> answered) {
        answered.onSuccess(answer -> {
                    var response = context.response().setStatusCode(answer.status());
                    PASSED_ON.forEach(name -> {
                        String value = answer.headers().get(name);
                        if (value != null) {
                            response.putHeader(name, value);
                        }
                    });
                    response.putHeader("Cache-Control", "no-store").end(answer.body());
                })
                .onFailure(failure -> problems.write(context, failure));
    }

    private static String receipt(RoutingContext context, String form) {
        return "/v1/streams/" + segment(context, "id") + "/receipt" + form;
    }

    private static String segment(RoutingContext context, String name) {
        return Queries.encoded(String.valueOf(context.pathParam(name)));
    }

    private static Buffer none() {
        return Buffer.buffer();
    }
}
