package io.weir.metering.audit;

import io.smallrye.mutiny.Uni;
import io.weir.metering.access.Caller;
import io.weir.metering.database.Database;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Checks the ledger against itself, on one snapshot. */
@Path("/v1/audit")
@Tag(name = "audit")
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {
    private static final List<Invariant> INVARIANTS = List.of(Invariant.values());
    private static final List<String> STATEMENTS =
            Arrays.stream(Invariant.values()).map(Invariant::sql).toList();

    private final Database database;
    private final InstantSource clock = InstantSource.system();

    AuditResource(Database database) {
        this.database = database;
    }

    /** All invariants as of now. */
    @GET
    @RolesAllowed({Caller.ADMIN, Caller.BILLING})
    @Operation(summary = "Check every invariant of the ledger", description = "Any violation is an alarm.")
    public Uni<AuditReport> audit() {
        var checkedAt = clock.instant();
        return database.snapshot(STATEMENTS, row -> row.getLong("violations"))
                .map(violations -> new AuditReport(
                        checkedAt,
                        IntStream.range(0, INVARIANTS.size())
                                .mapToObj(i -> line(INVARIANTS.get(i), violations.get(i)))
                                .toList()));
    }

    private static AuditReport.Line line(Invariant invariant, long violations) {
        return new AuditReport.Line(invariant.name(), violations, invariant.statement());
    }
}
