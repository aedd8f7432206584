package io.weir.local.stack;

/**
 * An agent in place of the demo machines.
 *
 * @param url address of a server that speaks Responses or chat.completions
 * @param token its bearer token
 * @param dialect {@code responses} or {@code chat_completions}
 * @param model the {@code model} it wants
 */
public record ForeignAgent(String url, String token, String dialect, String model) {}
