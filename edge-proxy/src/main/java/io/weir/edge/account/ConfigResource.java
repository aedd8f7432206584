package io.weir.edge.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.AgentName;
import io.weir.edge.admission.AdmissionConfig;
import io.weir.edge.agents.Agents;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirements;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code GET /api/config}: what a page needs to know before it can begin. Needs no credentials. */
@Path("/api/config")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "account")
public class ConfigResource {
    private final Callers callers;
    private final Agents agents;
    private final AdmissionConfig admission;
    private final PlaceConfig place;

    ConfigResource(Callers callers, Agents agents, AdmissionConfig admission, PlaceConfig place) {
        this.callers = callers;
        this.agents = agents;
        this.admission = admission;
        this.place = place;
    }

    /**
     * What pages are told.
     *
     * @param realtimeUrl first argument of {@code createClient}
     * @param realtimeKey second argument of {@code createClient}
     * @param agents the agents that the caller may use
     * @param limits bounds that a page can respect before it is refused
     */
    public record Place(String realtimeUrl, String realtimeKey, List<Agent> agents, Limits limits) {
        public Place {
            agents = List.copyOf(agents);
        }
    }

    /**
     * One agent.
     *
     * @param name its name
     * @param isDefault answers where a request names none
     * @param maxOutputTokens most output tokens of one answer
     */
    public record Agent(
            AgentName name, @JsonProperty("default") boolean isDefault, long maxOutputTokens) {}

    /**
     * Bounds.
     *
     * @param maxBodyBytes largest request body
     * @param maxStreamsPerAccount open streams per account
     */
    public record Limits(int maxBodyBytes, int maxStreamsPerAccount) {}

    /** URLs, key, agents and limits. */
    @GET
    @SecurityRequirements
    @Operation(
            summary = "URLs, key, agents and limits for pages",
            description = "Needs no credentials; with them, the agents are those that the caller may use.")
    public Uni<Place> config(RoutingContext context) {
        return Uni.createFrom()
                .completionStage(() ->
                        callers.identify(context).otherwise(Optional.empty()).toCompletionStage())
                .map(caller -> place(context, caller.map(Caller::roles).orElse(Set.of())));
    }

    private Place place(RoutingContext context, Set<String> roles) {
        List<Agent> usable = agents.usable(roles).stream()
                .map(agent -> new Agent(agent.name(), agent.isDefault(), agent.maxOutputTokens()))
                .toList();
        var limits = new Limits(admission.maxBodyBytes(), admission.maxStreamsPerAccount());
        return new Place(place.url().orElseGet(() -> origin(context)), place.key(), usable, limits);
    }

    private static String origin(RoutingContext context) {
        var request = context.request();
        return request.scheme() + "://" + request.authority();
    }
}
