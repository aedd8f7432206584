package io.weir.gateway.machines;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import io.weir.gateway.config.MachinesConfig;
import io.weir.gateway.machines.FleetStore.Put;
import io.weir.gateway.machines.MachineSpec.Source;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Machines that join, live, drain and leave, and how all of them are. Joining needs the scope {@code machines}, which is
 * nobody's but the agents' and the operators': whoever has it says where questions are sent.
 */
@Path("/v1/machines")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "machines")
public class MachinesResource {
    private static final Logger LOG = Logger.getLogger(MachinesResource.class);
    private static final String RETRY_SECONDS = "2";

    private final Fleet fleet;
    private final Registry registry;
    private final MachineSecrets secrets;
    private final MachinesConfig config;
    private final RegistrationReader reader;

    MachinesResource(Fleet fleet, Registry registry, MachineSecrets secrets, MachinesConfig config, ObjectMapper json) {
        this.fleet = fleet;
        this.registry = registry;
        this.secrets = secrets;
        this.config = config;
        this.reader = new RegistrationReader(json);
    }

    /**
     * All machines.
     *
     * @param machines in order of app and id
     */
    @RegisterForReflection
    public record Machines(List<MachineView> machines) {
        public Machines {
            machines = List.copyOf(machines);
        }
    }

    /**
     * Answer to a registration or a heartbeat.
     *
     * @param leaseSeconds the machine has left if it says nothing for this long
     * @param draining it should take no new work: an operator has said so
     */
    @RegisterForReflection
    public record Lease(long leaseSeconds, boolean draining) {}

    /** All machines, or those of one app. */
    @GET
    @PermissionsAllowed({"internal", "machines"})
    @Operation(summary = "All machines, with their health and load")
    public Machines list(@QueryParam("app") @Nullable String app) {
        return new Machines(fleet.machines().stream()
                .filter(m -> app == null || m.id().app().equals(app))
                .map(MachineView::of)
                .toList());
    }

    /** One machine. */
    @GET
    @Path("/{app}/{id}")
    @PermissionsAllowed({"internal", "machines"})
    @Operation(summary = "One machine")
    @APIResponse(responseCode = "200", description = "How it is")
    @APIResponse(responseCode = "404", description = "No such machine")
    public Response read(String app, String id) {
        return machine(app, id).map(m -> Response.ok(MachineView.of(m)).build()).orElseGet(MachinesResource::unknown);
    }

    /** Takes or renews a registration. */
    @PUT
    @Path("/{app}/{id}")
    @Consumes(MediaType.WILDCARD)
    @Blocking // the secret may be in a file
    @PermissionsAllowed("machines")
    @Operation(summary = "Register a machine, or change or renew its registration")
    @APIResponse(responseCode = "201", description = "Registered")
    @APIResponse(responseCode = "200", description = "Registered before, now as this body says")
    @APIResponse(responseCode = "400", description = "The registration is not sound")
    @APIResponse(responseCode = "409", description = "The name is a configured machine's, or the registry is full")
    @APIResponse(responseCode = "413", description = "More than a registration has")
    @APIResponse(responseCode = "503", description = "The registry cannot be reached")
    public Uni<Response> register(String app, String id, byte[] body) {
        if (body.length > RegistrationReader.MAX_BODY) {
            return now(problem(ProblemType.TOO_LARGE, "At most " + RegistrationReader.MAX_BODY + " bytes."));
        }
        MachineSpec spec;
        try {
            spec = reader.read(new MachineId(app, id), body);
        } catch (RegistrationReader.Unsound | IllegalArgumentException e) {
            return now(problem(ProblemType.MALFORMED, String.valueOf(e.getMessage())));
        }
        if (isOfOthers(spec.id())) {
            return now(ofOthers());
        }
        if (spec.secret().isPresent() && secrets.load(spec.secret().get()).isEmpty()) {
            return now(problem(ProblemType.MALFORMED, "secret names nothing that this gateway has."));
        }
        return answer(() -> registry.register(spec).thenApply(put -> registered(spec.id(), put)));
    }

    private Response registered(MachineId id, Put put) {
        return switch (put) {
            case FULL -> problem(ProblemType.CONFLICT, "The registry has all the machines it takes.");
            case CREATED ->
                Response.status(Response.Status.CREATED).entity(lease(id)).build();
            case RENEWED -> Response.ok(lease(id)).build();
        };
    }

    /** A registered machine lives. */
    @POST
    @Path("/{app}/{id}/heartbeat")
    @Consumes(MediaType.WILDCARD)
    @PermissionsAllowed("machines")
    @Operation(summary = "Renew a registration as it is")
    @APIResponse(responseCode = "200", description = "Renewed")
    @APIResponse(responseCode = "404", description = "Not registered, or no longer: register again")
    public Uni<Response> heartbeat(String app, String id) {
        if (!MachineId.isName(app) || !MachineId.isName(id)) {
            return now(unknown());
        }
        var machine = new MachineId(app, id);
        return answer(() -> registry.heartbeat(machine)
                .thenApply(known -> known ? Response.ok(lease(machine)).build() : unknown()));
    }

    /** A machine gets no new streams; open ones go on. */
    @PUT
    @Path("/{app}/{id}/drain")
    @Consumes(MediaType.WILDCARD)
    @PermissionsAllowed("machines")
    @Operation(summary = "Send a machine no new streams")
    @APIResponse(responseCode = "200", description = "It drains")
    @APIResponse(responseCode = "404", description = "No such machine")
    public Uni<Response> drain(String app, String id) {
        return drain(app, id, true);
    }

    /** A machine gets streams again. */
    @DELETE
    @Path("/{app}/{id}/drain")
    @PermissionsAllowed("machines")
    @Operation(summary = "Send a machine streams again")
    @APIResponse(responseCode = "200", description = "It takes streams")
    @APIResponse(responseCode = "404", description = "No such machine")
    public Uni<Response> undrain(String app, String id) {
        return drain(app, id, false);
    }

    private Uni<Response> drain(String app, String id, boolean draining) {
        Optional<Machine> machine = machine(app, id);
        if (machine.isEmpty()) {
            return now(unknown());
        }
        LOG.infof("machine draining machine=%s draining=%s", machine.get(), draining);
        return answer(() -> registry.drain(machine.get().id(), draining)
                .thenApply(_ -> Response.ok(MachineView.of(machine.get())).build()));
    }

    /** A registered machine leaves; streams on it go on. */
    @DELETE
    @Path("/{app}/{id}")
    @PermissionsAllowed("machines")
    @Operation(summary = "Take a registered machine out of the fleet")
    @APIResponse(responseCode = "204", description = "It has left; streams on it go on")
    @APIResponse(responseCode = "404", description = "No such machine")
    @APIResponse(
            responseCode = "409",
            description = "It is in the configuration, in DNS or in Kubernetes: drain it instead")
    public Uni<Response> leave(String app, String id) {
        if (!MachineId.isName(app) || !MachineId.isName(id)) {
            return now(unknown());
        }
        var machine = new MachineId(app, id);
        if (isOfOthers(machine)) {
            return now(ofOthers());
        }
        return answer(() -> registry.leave(machine)
                .thenApply(left -> left ? Response.noContent().build() : unknown()));
    }

    private boolean isOfOthers(MachineId id) {
        return fleet.machine(id)
                .filter(m -> m.spec().source() != Source.REGISTERED)
                .isPresent();
    }

    private Optional<Machine> machine(String app, String id) {
        boolean sound = MachineId.isName(app) && MachineId.isName(id);
        return sound ? fleet.machine(new MachineId(app, id)) : Optional.empty();
    }

    private Lease lease(MachineId id) {
        boolean draining = fleet.machine(id).filter(Machine::draining).isPresent();
        return new Lease(config.lease().toSeconds(), draining);
    }

    private static Uni<Response> answer(Supplier<CompletionStage<Response>> asked) {
        return Uni.createFrom().completionStage(asked).onFailure().recoverWithItem(failure -> {
            LOG.warnf("fleet store not reached reason=%s", failure.getMessage());
            return problem(ProblemType.OVERLOADED, "The fleet's store cannot be reached right now; try again.");
        });
    }

    private static Uni<Response> now(Response response) {
        return Uni.createFrom().item(response);
    }

    private static Response unknown() {
        return problem(ProblemType.NOT_FOUND, "There is no such machine.");
    }

    private static Response ofOthers() {
        return problem(ProblemType.CONFLICT, "This machine is not registered but configured or discovered.");
    }

    private static Response problem(ProblemType type, String detail) {
        Response.ResponseBuilder answer =
                Response.status(type.status()).type(Problem.MEDIA_TYPE).entity(Problem.of(type, detail));
        return (type.retryable() ? answer.header("Retry-After", RETRY_SECONDS) : answer).build();
    }
}
