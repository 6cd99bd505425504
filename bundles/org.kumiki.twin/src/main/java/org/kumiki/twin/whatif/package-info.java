/** Answers what would come of the live datacenter, if something were different, by forks of it in virtual time. */
package org.kumiki.twin.whatif;
