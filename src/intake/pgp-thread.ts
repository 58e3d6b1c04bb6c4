/** A worker thread that checks one PGP mail at a time: large ones take longer than an event loop may stand still. */
import { verifyPgp } from '../evidence/pgp-verify.ts';
import { answerInThread } from './work-thread.ts';

answerInThread(verifyPgp);
