package io.weir.edge.machines;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.wire.ServiceAnswer;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The gateway's machines, for callers with the role {@code admin}: how they are, and which get no new streams. Machines
 * themselves register at the gateway.
 */
@Path("/api/machines")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "machines")
public class MachinesResource {
    private static final String ROLE = "admin";

    private final Callers callers;
    private final Machines machines;

    MachinesResource(Callers callers, Machines machines) {
        this.callers = callers;
        this.machines = machines;
    }

    /** All machines. */
    @GET
    @Operation(summary = "All machines, with their health and load (admin)")
    public Uni<Response> list(RoutingContext context) {
        return asked(context, HttpMethod.GET, "");
    }

    /** One machine. */
    @GET
    @Path("/{app}/{id}")
    @Operation(summary = "One machine (admin)")
    public Uni<Response> read(@PathParam("app") String app, @PathParam("id") String id, RoutingContext context) {
        return asked(context, HttpMethod.GET, Machines.path(app, id));
    }

    /** A machine gets no new streams. */
    @PUT
    @Path("/{app}/{id}/drain")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Send a machine no new streams (admin)")
    public Uni<Response> drain(@PathParam("app") String app, @PathParam("id") String id, RoutingContext context) {
        return asked(context, HttpMethod.PUT, Machines.path(app, id) + "/drain");
    }

    /** A machine gets streams again. */
    @DELETE
    @Path("/{app}/{id}/drain")
    @Operation(summary = "Send a machine streams again (admin)")
    public Uni<Response> undrain(@PathParam("app") String app, @PathParam("id") String id, RoutingContext context) {
        return asked(context, HttpMethod.DELETE, Machines.path(app, id) + "/drain");
    }

    /** A registered machine leaves. */
    @DELETE
    @Path("/{app}/{id}")
    @Operation(summary = "Take a registered machine out of the fleet (admin)")
    public Uni<Response> remove(@PathParam("app") String app, @PathParam("id") String id, RoutingContext context) {
        return asked(context, HttpMethod.DELETE, Machines.path(app, id));
    }

    private Uni<Response> asked(RoutingContext context, HttpMethod method, String path) {
        return Uni.createFrom()
                .completionStage(() -> callers.require(context)
                        .map(MachinesResource::operator)
                        .compose(_ -> machines.ask(method, path))
                        .toCompletionStage())
                .map(MachinesResource::passOn);
    }

    private static Caller operator(Caller caller) {
        if (!caller.roles().contains(ROLE)) {
            throw new ProblemException(ProblemType.FORBIDDEN, "Machines are for the role " + ROLE + ".");
        }
        return caller;
    }

    private static Response passOn(ServiceAnswer answer) {
        Response.ResponseBuilder response = Response.status(answer.status()).header("Cache-Control", "no-store");
        return answer.body().length() == 0
                ? response.build()
                : response.type(MediaType.APPLICATION_JSON)
                        .entity(answer.body().getBytes())
                        .build();
    }
}
