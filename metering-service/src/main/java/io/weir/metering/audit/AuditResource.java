package io.weir.metering.audit;

import io.smallrye.mutiny.Uni;
import io.weir.metering.access.Caller;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
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
    private static final String EXAMPLE = """
            {"checkedAt":"2026-12-01T09:30:00Z","overspentEverMicro":"0","invariants":[{"id":"I3","state":"checked",
            "violations":0,"statement":"all entries sum to zero","checkedAt":"2026-12-01T09:30:00Z"},{"id":"I7",
            "state":"skipped","statement":"what a closed log counted is what was settled",
            "detail":"the relay cannot be reached","checkedAt":"2026-12-01T09:20:00Z"}],
            "chain":{"sealedUpTo":4711,"verifiedUpTo":4711,"verifiedAt":"2026-12-01T09:29:58Z"}}""";

    private final LedgerAudit audit;

    AuditResource(LedgerAudit audit) {
        this.audit = audit;
    }

    /** All invariants as of now. */
    @GET
    @RolesAllowed({Caller.ADMIN, Caller.BILLING})
    @Operation(
            summary = "Check every invariant of the ledger",
            description = "Any violation is an alarm, and so is chain.brokenAt: the first entry that is not as it was"
                    + " sealed. The chain is verified in the background; chain says how far and when. I7 asks the relay"
                    + " what its closed logs counted, and is skipped while there is none.")
    @APIResponse(
            responseCode = "200",
            description = "checked on one snapshot",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = AuditReport.class),
                            examples = @ExampleObject(name = "all is well", value = EXAMPLE)))
    public Uni<AuditReport> audit() {
        return audit.run();
    }
}
