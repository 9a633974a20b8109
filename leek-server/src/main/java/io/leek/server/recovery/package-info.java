/** What a crash left behind, of a server or of a worker, and what nobody can run. */
@NullMarked
package io.leek.server.recovery;

import org.jspecify.annotations.NullMarked;
