/** What machines used in the course of time: measured, and made up. */
package org.kumiki.twin.trace;
