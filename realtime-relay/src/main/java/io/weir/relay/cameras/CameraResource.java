package io.weir.relay.cameras;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.ProblemType;
import io.weir.relay.access.Callers;
import io.weir.relay.access.TopicTable;
import io.weir.relay.cameras.FrameReader.Outcome;
import io.weir.relay.problem.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Frames that the edge hands on for processing: told to workers on {@code camera:{id}:process}. For services only. */
@Path("/v1/cameras")
public class CameraResource {
    private final Cameras cameras;
    private final Callers callers;
    private final TopicTable table;
    private final FrameReader reader;

    CameraResource(Cameras cameras, Callers callers, TopicTable table, ObjectMapper mapper, CameraConfig config) {
        this.cameras = cameras;
        this.callers = callers;
        this.table = table;
        this.reader = new FrameReader(
                mapper,
                Math.toIntExact(config.maxFrame().asLongValue()),
                Math.toIntExact(config.maxHeader().asLongValue()));
    }

    /** One frame, {@code {frame, timestamp, camera_id, detections?}}, on behalf of the account in the headers. */
    @POST
    @Path("/{camera}/process")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> process(
            byte[] body,
            @PathParam("camera") String name,
            @HeaderParam("Authorization") @Nullable String authorization,
            @HeaderParam(TenantId.HEADER) @Nullable String tenant,
            @HeaderParam(AccountId.HEADER) @Nullable String account) {
        return callers.service(authorization, tenant, account).map(owner -> {
            publish(body, name, owner.tenant(), owner.account());
            return Response.accepted().build();
        });
    }

    private void publish(byte[] body, String name, TenantId tenant, AccountId account) {
        CameraId camera = CameraId.of(name)
                .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND, "There is no such camera"));
        switch (reader.text(camera, body)) {
            case Outcome.Frame(CameraFrame frame) ->
                cameras.publish(table.keyOf(tenant, account, camera.processTopic()), frame);
            case Outcome.Bad(String why) -> {
                cameras.refused();
                throw new ProblemException(ProblemType.MALFORMED, why);
            }
        }
    }
}
