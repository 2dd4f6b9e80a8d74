// The echo that `cargo xtask bench --botbuilder` measures beside ours: Microsoft's Bot Framework with its in-memory storage.
//
// A turn is what the workflow of the bench does in Parlance: a prompt is answered, its answer is kept, and the next prompt says it. Replies
// come back in the answer to the request (deliveryMode expectReplies, which the adapter has for this), so that no
// connector is called and one request is one turn. Nothing is authenticated: no app id is set.
'use strict';

const http = require('http');
const {
  CloudAdapter, ConfigurationBotFrameworkAuthentication, ConversationState, MemoryStorage, MessageFactory,
} = require('botbuilder');
const { ComponentDialog, DialogSet, TextPrompt, WaterfallDialog } = require('botbuilder-dialogs');

const ECHO = 'echo';
const PROMPT = 'prompt';

class Echo extends ComponentDialog {
  constructor() {
    super(ECHO);
    this.addDialog(new TextPrompt(PROMPT));
    this.addDialog(new WaterfallDialog('waterfall', [
      (step) => {
        const said = step.options.last ?? step.context.activity.text;
        return step.prompt(PROMPT, { prompt: MessageFactory.text(`You said ${said}. Anything else?`) });
      },
      (step) => step.replaceDialog('waterfall', { last: step.result }),
    ]));
    this.initialDialogId = 'waterfall';
  }
}

const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
adapter.onTurnError = async (context, error) => {
  console.error(error);
  throw error;
};
const conversationState = new ConversationState(new MemoryStorage());
const dialogs = new DialogSet(conversationState.createProperty('dialogs'));
dialogs.add(new Echo());

async function turn(context) {
  const dialog = await dialogs.createContext(context);
  const result = await dialog.continueDialog();
  if (result.status === 'empty') await dialog.beginDialog(ECHO);
  await conversationState.saveChanges(context);
}

// What the adapter needs of a web framework's response.
function adapted(response) {
  return {
    status(code) { response.statusCode = code; return this; },
    header(name, value) { response.setHeader(name, value); return this; },
    send(body) { this.body = body; return this; },
    end() {
      const body = this.body === undefined ? '' : typeof this.body === 'string' ? this.body : JSON.stringify(this.body);
      response.setHeader('content-type', 'application/json');
      response.setHeader('content-length', Buffer.byteLength(body));
      response.end(body);
      return this;
    },
  };
}

const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    try {
      request.body = JSON.parse(Buffer.concat(parts).toString());
      await adapter.process(request, adapted(response), turn);
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log(`Serving http://127.0.0.1:${server.address().port}`));
