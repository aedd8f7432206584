package io.weir.metering.events;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.weir.metering.access.Caller;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Usage that did not pass through a gateway. */
@Path("/v1/events")
@Tag(name = "events")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
@RegisterForReflection(targets = {UsageEvent.Data.class, EventResult.class, EventsResource.Results.class})
public class EventsResource {
    private final EventReader reader;
    private final Inbox inbox;
    private final Caller caller;

    EventsResource(EventReader reader, Inbox inbox, Caller caller) {
        this.reader = reader;
        this.inbox = inbox;
        this.caller = caller;
    }

    /**
     * What became of the events.
     *
     * @param results in the order of the request
     */
    public record Results(List<EventResult> results) {
        public Results {
            results = List.copyOf(results);
        }
    }

    /** Takes CloudEvents. */
    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Book usage that did not pass through a gateway, each event once",
            description = "CloudEvents 1.0 of the type dev.weir.usage.v1: structured, batched or binary. Source and id"
                    + " name an event for 40 days; repeat a request as often as needed. For services and admins.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/cloudevents+json",
                            examples =
                                    @ExampleObject(
                                            name = "one event",
                                            value =
                                                    "{\"specversion\":\"1.0\",\"type\":\"dev.weir.usage.v1\","
                                                            + "\"source\":\"/jobs/nightly\",\"id\":\"run-7-step-3\","
                                                            + "\"time\":\"2026-12-01T02:00:00Z\",\"data\":{\"account\":\"alice\","
                                                            + "\"agent\":\"demo\",\"model\":\"demo-1\",\"tokens\":{\"input\":1200,"
                                                            + "\"cached\":0,\"cacheWrite\":0,\"output\":300,\"reasoning\":0}}}")))
    @APIResponse(responseCode = "200", description = "what became of each; charged as far as the account can pay")
    @APIResponse(responseCode = "400", description = "one of them is malformed; none was booked")
    public Uni<Results> take(@Context HttpHeaders headers, byte[] body) {
        caller.mustBook();
        return inbox.take(reader.read(headers, body)).map(Results::new);
    }
}
