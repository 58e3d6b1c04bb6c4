/** A worker thread that classifies one text at a time: long ones take longer than an event loop may stand still. */
import { classify } from '../classify/classify.ts';
import { answerInThread } from './work-thread.ts';

answerInThread(classify);
