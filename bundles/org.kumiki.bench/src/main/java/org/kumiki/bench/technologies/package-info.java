/** What work takes in guests of each technology, compared with the machine itself. */
package org.kumiki.bench.technologies;
