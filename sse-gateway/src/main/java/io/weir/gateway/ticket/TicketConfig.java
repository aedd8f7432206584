package io.weir.gateway.ticket;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Size;
import java.util.List;

/** Keys of tickets. */
@ConfigMapping(prefix = "weir.ticket")
public interface TicketConfig {
    /**
     * {@code kid:base64} each, 32 bytes or more; the first one signs (at the edge), every one verifies. Two during a
     * rotation.
     */
    @Size(min = 1, max = 8)
    List<String> keys();
}
