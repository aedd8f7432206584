package io.weir.gateway.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.StringPermission;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.config.RoutingConfig;
import io.weir.gateway.config.RoutingConfig.Replay.Form;
import io.weir.gateway.machines.Fleet;
import io.weir.gateway.machines.Machine;
import io.weir.gateway.machines.MachineId;
import io.weir.gateway.metering.Claim;
import io.weir.gateway.metering.Claims;
import io.weir.gateway.ticket.TicketCheck;
import io.weir.gateway.ticket.TicketVerifier;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /route}: tells Fly's proxy to bring the very request that it reads the answer to, to a machine of the fleet. A
 * service token asks where, and no more. A ticket opens its stream by it, once, and its agent reports the usage.
 */
@Path("/route")
public class RouteResource {
    private static final int TEMPORARY_REDIRECT = 307;
    private static final String SCOPE = "internal";

    private final RoutingConfig config;
    private final Fleet fleet;
    private final AgentsConfig agents;
    private final TicketVerifier tickets;
    private final Claims claims;
    private final Replays replays;
    private final ReplayAnswers answers;
    private final ReplayedStreams streams;
    private final ObjectMapper json;
    private final CurrentIdentityAssociation identity;

    RouteResource(
            RoutingConfig config,
            Fleet fleet,
            AgentsConfig agents,
            TicketVerifier tickets,
            Claims claims,
            Replays replays,
            ReplayAnswers answers,
            ReplayedStreams streams,
            ObjectMapper json,
            CurrentIdentityAssociation identity) {
        this.config = config;
        this.fleet = fleet;
        this.agents = agents;
        this.tickets = tickets;
        this.claims = claims;
        this.replays = replays;
        this.answers = answers;
        this.streams = streams;
        this.json = json;
        this.identity = identity;
    }

    /** Names the machine that the proxy is to bring the request to. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @NonBlocking
    @SecurityRequirement(name = "ticket")
    @SecurityRequirement(name = "service")
    @Operation(
            summary = "Have Fly's proxy bring this request to a machine",
            description = "With a ticket (Weir-Ticket) or a service token of scope internal.")
    @RequestBody(content = @Content(schema = @Schema(implementation = RouteRequest.class)))
    @APIResponse(responseCode = "307", description = "fly-replay, or application/vnd.fly.replay+json")
    @APIResponse(responseCode = "401", description = "Neither ticket nor service token")
    @APIResponse(
            responseCode = "403",
            description = "The ticket is for another app, or the proxy does not read the answer")
    @APIResponse(responseCode = "404", description = "No such machine is registered")
    @APIResponse(responseCode = "409", description = "The request has been replayed before, or its stream has begun")
    @APIResponse(responseCode = "413", description = "More than the proxy can replay")
    @APIResponse(responseCode = "503", description = "The machine takes no streams right now")
    public Uni<Response> route(@Context HttpServerRequest request, byte[] body) {
        String ticket = request.getHeader(TicketClaims.HEADER);
        if (ticket != null) {
            return switch (tickets.check(ticket)) {
                case TicketCheck.Rejected(var detail) -> problem(ProblemType.UNAUTHENTICATED, detail);
                case TicketCheck.Accepted(var opened) -> route(request, body, opened);
            };
        }
        return identity.getDeferredIdentity()
                .flatMap(caller -> caller.isAnonymous()
                        ? Uni.createFrom().item(false)
                        : caller.checkPermission(new StringPermission(SCOPE)))
                .flatMap(allowed -> allowed
                        ? route(request, body, null)
                        : problem(ProblemType.UNAUTHENTICATED, "A ticket or a service token is needed."))
                .onFailure(AuthenticationFailedException.class)
                .recoverWithUni(() -> problem(ProblemType.UNAUTHENTICATED, "The service token is not valid here."));
    }

    private Uni<Response> route(HttpServerRequest request, byte[] body, @Nullable TicketClaims ticket) {
        Optional<MachineId> named = named(body);
        if (body.length > config.replay().body().asLongValue()) {
            return problem(ProblemType.TOO_LARGE, "Fly's proxy cannot replay a body of this size.");
        }
        if (Replays.failed(request)) {
            ended(ticket);
            return problem(ProblemType.NO_MACHINE, "Fly's proxy could not bring the request to its machine.");
        }
        if (Replays.cameBack(request)) {
            return problem(ProblemType.CONFLICT, "The request has been replayed already, and cannot be once more.");
        }
        if (named.isEmpty()) {
            return problem(ProblemType.MALFORMED, "The body must be a JSON object with machineId and appName.");
        }
        Optional<Machine> machine = fleet.machine(named.get());
        if (ticket != null && !named.get().app().equals(app(ticket))) {
            return problem(ProblemType.FORBIDDEN, "The ticket is not for this app.");
        }
        if (machine.isEmpty()) {
            return problem(ProblemType.NOT_FOUND, "No such machine is registered.");
        }
        if (!machine.get().takesStreams()) {
            return problem(ProblemType.NO_MACHINE, "The machine takes no streams right now.");
        }
        if ((ticket != null || config.replay().form() == Form.JSON) && !replays.fromProxy(request)) {
            // The answer has a secret in it that is for the proxy alone.
            return problem(ProblemType.FORBIDDEN, "The request did not come through Fly's proxy.");
        }
        return ticket == null ? Uni.createFrom().item(plain(machine.get())) : opened(ticket, machine.get());
    }

    private Response plain(Machine machine) {
        if (config.replay().form() == Form.HEADER) {
            return Response.status(TEMPORARY_REDIRECT)
                    .header(ReplayAnswers.HEADER, answers.header(machine.id()))
                    .build();
        }
        return json(answers.body(new Target(machine, null, null)));
    }

    private static Response json(byte[] body) {
        return Response.status(TEMPORARY_REDIRECT)
                .type(ReplayAnswers.MEDIA_TYPE)
                .header("Cache-Control", "no-store")
                .entity(body)
                .build();
    }

    private Uni<Response> opened(TicketClaims ticket, Machine machine) {
        AgentsConfig.Agent agent = agents.agents().get(ticket.agent().value());
        if (agent == null || !streams.accepting()) {
            return problem(ProblemType.OVERLOADED, "This gateway has all the streams it can carry.");
        }
        Promise<Response> answer = Promise.promise();
        Runnable delayed = () -> answer.tryComplete(
                problemNow(ProblemType.METERING_UNAVAILABLE, "The stream cannot be claimed right now."));
        Future<Claim> claimed = claims.claim(ticket.stream(), delayed);
        claimed.onSuccess(claim -> {
            if (claim instanceof Claim.Won won && answer.future().isComplete()) {
                // The caller was told that it cannot be: it ends at once.
                streams.begin(ticket, machine, won);
                streams.end(ticket.stream(), EndReason.METERING_UNAVAILABLE);
            } else {
                answer.tryComplete(answer(claim, ticket, agent, machine));
            }
        });
        return Uni.createFrom().completionStage(answer.future().toCompletionStage());
    }

    private Response answer(Claim claim, TicketClaims ticket, AgentsConfig.Agent agent, Machine machine) {
        return switch (claim) {
            case Claim.Won _
            when streams.machine(ticket.stream()).isPresent() ->
                problemNow(ProblemType.CONFLICT, "The stream has begun already.");
            case Claim.Won won ->
                streams.begin(ticket, machine, won)
                        ? json(replays.answer(ticket, agent, machine))
                        : problemNow(ProblemType.CONFLICT, "The stream was stopped before it began.");
            case Claim.Lost _, Claim.Over _ -> problemNow(ProblemType.CONFLICT, "The stream has begun already.");
            case Claim.Unknown _ -> problemNow(ProblemType.NOT_FOUND, "There is no such stream.");
            case Claim.Unavailable _ ->
                problemNow(ProblemType.METERING_UNAVAILABLE, "The stream cannot be claimed right now.");
        };
    }

    /** The proxy has brought a request back that was to open a stream: nobody will report on it. */
    private void ended(@Nullable TicketClaims ticket) {
        if (ticket != null) {
            streams.end(ticket.stream(), EndReason.MACHINE_LOST);
        }
    }

    private @Nullable String app(TicketClaims ticket) {
        AgentsConfig.Agent agent = agents.agents().get(ticket.agent().value());
        return agent == null ? null : agent.app();
    }

    private Optional<MachineId> named(byte[] body) {
        try {
            JsonNode tree = json.readTree(body);
            JsonNode app = tree.path("appName");
            JsonNode id = tree.path("machineId");
            return app.isTextual() && id.isTextual()
                    ? Optional.of(new MachineId(app.textValue(), id.textValue()))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Uni<Response> problem(ProblemType type, String detail) {
        return Uni.createFrom().item(problemNow(type, detail));
    }

    private static Response problemNow(ProblemType type, String detail) {
        var response = Response.status(type.status()).type(Problem.MEDIA_TYPE).entity(Problem.of(type, detail));
        return type.retryable() ? response.header("Retry-After", "2").build() : response.build();
    }
}
