/** Keeps tasks: the tables, their guarded moves, and the one thread that commits. */
@NullMarked
package io.leek.server.store;

import org.jspecify.annotations.NullMarked;
