/** Tasks that are queued again and again. */
@org.jspecify.annotations.NullMarked
package io.leek.server.recurring;
