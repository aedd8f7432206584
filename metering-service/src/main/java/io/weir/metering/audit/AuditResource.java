package io.weir.metering.audit;

import io.smallrye.mutiny.Uni;
import io.weir.metering.access.Caller;
import io.weir.metering.chain.EntryChain;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Checks the ledger against itself, on one snapshot. */
@Path("/v1/audit")
@Tag(name = "audit")
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {
    private static final List<Invariant> INVARIANTS = List.of(Invariant.values());

    private final Database database;
    private final EntryChain chain;
    private final List<String> statements;
    private final InstantSource clock = InstantSource.system();

    AuditResource(Database database, EntryChain chain, MeteringSettings settings) {
        this.database = database;
        this.chain = chain;
        this.statements =
                INVARIANTS.stream().map(invariant -> invariant.sql(settings)).toList();
    }

    /** All invariants as of now. */
    @GET
    @RolesAllowed({Caller.ADMIN, Caller.BILLING})
    @Operation(
            summary = "Check every invariant of the ledger",
            description = "Any violation is an alarm, and so is chain.brokenAt: the first entry that is not as it was"
                    + " sealed. The chain is verified in the background; chain says how far and when.")
    @APIResponse(
            responseCode = "200",
            description = "checked on one snapshot",
            content =
                    @Content(
                            schema = @Schema(implementation = AuditReport.class),
                            examples =
                                    @ExampleObject(
                                            name = "all is well",
                                            value =
                                                    "{\"checkedAt\":\"2026-12-01T09:30:00Z\",\"invariants\":[{\"id\":\"I3\","
                                                            + "\"violations\":0,\"statement\":\"all entries sum to zero\"}],"
                                                            + "\"chain\":{\"sealedUpTo\":4711,\"verifiedUpTo\":4711,"
                                                            + "\"verifiedAt\":\"2026-12-01T09:29:58Z\"}}")))
    public Uni<AuditReport> audit() {
        var checkedAt = clock.instant();
        return chain.state().chain(state -> database.snapshot(statements, row -> row.getLong("violations"))
                .map(violations -> new AuditReport(
                        checkedAt,
                        IntStream.range(0, INVARIANTS.size())
                                .mapToObj(i -> line(INVARIANTS.get(i), violations.get(i)))
                                .toList(),
                        state)));
    }

    private static AuditReport.Line line(Invariant invariant, long violations) {
        return new AuditReport.Line(invariant.name(), violations, invariant.statement());
    }
}
