/** The configured agents, as far as the edge reads them. Entry point: {@link io.weir.edge.agents.Agents}. */
@NullMarked
package io.weir.edge.agents;

import org.jspecify.annotations.NullMarked;
