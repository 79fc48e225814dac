"""The fixed sentences of the interface, in Vietnamese and English. None of them is ever an answer."""

from dataclasses import dataclass

from bot.answering.fixed import Unusable
from bot.answering.models import Answer
from bot.answering.understand import MAX_QUESTION
from bot.report.directives import note_of
from corpus.resolve import Verdict


@dataclass(frozen=True, slots=True)
class Messages:
    """One language's sentences; `{city}` and `{contact}` come from settings."""

    language: str
    greeting: str
    help: str
    source: str
    no_date: str
    not_found: str
    unknown_directive: str
    nearest: str
    receipt: str
    receipt_id: str
    differing: str
    generated: str
    unavailable: str
    empty: str
    too_long: str
    other_script: str
    small_talk: str
    thanks: str
    goodbye: str
    praise: str
    abuse: str
    identity: str
    off_topic: str
    emergency: str
    instructions: str
    understood: str
    which: str
    option_gone: str
    forgotten: str
    text_only: str
    open_source: str
    source_gone: str
    chat_greeting: str
    chat_prompt: str
    chat_help: str
    chat_bye: str

    def unusable(self, reason: Unusable) -> str:
        """What to say to a text that is no question."""
        return {
            Unusable.EMPTY: self.empty,
            Unusable.TOO_LONG: self.too_long,
            Unusable.OTHER_SCRIPT: self.other_script,
            Unusable.GREETING: self.small_talk,
            Unusable.THANKS: self.thanks,
            Unusable.GOODBYE: self.goodbye,
            Unusable.PRAISE: self.praise,
            Unusable.ABUSE: self.abuse,
            Unusable.IDENTITY: self.identity,
            Unusable.OFF_TOPIC: self.off_topic,
            Unusable.EMERGENCY: self.emergency,
            Unusable.INSTRUCTIONS: self.instructions,
        }[reason]


VIETNAMESE = Messages(
    language="vi",
    greeting=(
        "Xin chào! Tôi trả lời câu hỏi về các văn bản chỉ đạo của thành phố {city}, luôn kèm câu trích nguyên văn và "
        "nguồn. Gõ câu hỏi của bạn, có dấu hay không dấu đều được."
    ),
    help=(
        "Cách dùng: gõ một câu hỏi, ví dụ «Nghị định 30/2020/NĐ-CP quy định về việc gì?».\n"
        "Tôi chỉ trích lại những câu có trong bài đã đăng; không thấy thì tôi nói là không thấy.\n"
        "Hỏi tiếp được ngay: «ai ký?», «còn năm 2018 thì sao?». /new để bắt đầu chuyện khác.\n"
        "Trong nhóm: nhắc tên bot, trả lời tin của bot, hoặc /ask câu hỏi.\n"
        "/new – chuyện mới · /about – bot của ai · /privacy – giữ những gì · /forget – xoá dữ liệu của tôi · "
        "/language – English\n\nCần hỏi người: {contact}."
    ),
    source="Nguồn",
    no_date="không ghi ngày",
    not_found="Tôi không tìm thấy câu trả lời trong các bài đã đăng. Bạn có thể hỏi: {contact}.",
    unknown_directive="Không bài nào đã đăng nêu {label}.",
    nearest="Bài gần với câu hỏi nhất:",
    receipt_id="Biên nhận",
    receipt="Biên nhận: {receipt} (xem vì sao: chidao why {receipt})",
    differing="Các bài đã đăng nói khác nhau, xin xem ngày của từng bài:",
    generated="Trên đây do máy viết gọn lại. Nguyên văn các bài đã đăng:",
    unavailable="Tạm thời chưa trả lời được. Bạn thử lại sau ít phút, hoặc hỏi: {contact}.",
    empty="Tôi chưa thấy câu hỏi nào. Bạn gõ câu hỏi bằng chữ, ví dụ: thủ tục một cửa là gì?",
    too_long=f"Câu hỏi dài quá. Bạn hỏi ngắn lại giúp, tối đa {MAX_QUESTION} ký tự, mỗi lần một ý.",
    other_script="Tôi chỉ đọc được câu hỏi viết bằng chữ Việt (có dấu hoặc không dấu). Bạn viết lại giúp.",
    small_talk="Chào bạn! Bạn muốn hỏi gì về văn bản, thủ tục của thành phố? Gõ có dấu hay không dấu đều được.",
    thanks="Không có gì ạ. Cần hỏi thêm về văn bản, thủ tục của thành phố, bạn cứ gõ câu hỏi.",
    goodbye="Chào bạn, hẹn gặp lại. Khi cần, bạn cứ gõ câu hỏi vào đây.",
    praise="Cảm ơn bạn. Bạn muốn hỏi thêm gì về văn bản, thủ tục của thành phố?",
    abuse="Xin lỗi nếu tôi chưa giúp được. Bạn gõ lại điều cần hỏi về văn bản, thủ tục của thành phố, tôi tìm giúp.",
    identity=(
        "Tôi là chương trình máy tính, không phải người. Tôi tìm trong các bài thành phố đã đăng và trích nguyên văn "
        "câu trả lời, kèm nguồn và ngày. Bạn muốn hỏi gì về văn bản, thủ tục?"
    ),
    off_topic="Việc này tôi không làm được: tôi chỉ trả lời về văn bản, thủ tục của thành phố, trích từ bài đã đăng.",
    emergency=(
        "Nếu đang nguy cấp, hãy gọi ngay:\n113 – công an\n114 – chữa cháy, cứu nạn\n115 – cấp cứu y tế\n"
        "Tôi không báo tin giúp được."
    ),
    instructions=(
        "Tôi không đổi vai hay cách làm việc theo tin nhắn. Tôi chỉ trích câu trả lời từ các bài thành phố đã đăng. "
        "Bạn muốn hỏi gì?"
    ),
    understood="Tôi hiểu là: {question}",
    which="Có nhiều văn bản như vậy. Bạn hỏi văn bản nào?",
    option_gone="Lựa chọn này đã cũ. Bạn hỏi lại giúp.",
    forgotten="Đã sang câu chuyện mới, tôi không dựa vào các câu trước nữa. Bạn muốn hỏi gì?",
    text_only="Tôi mới chỉ đọc được chữ. Bạn gõ câu hỏi thành một tin nhắn giúp.",
    open_source="Xem đoạn gốc",
    source_gone="Bài này không còn trong kho đang dùng.",
    chat_greeting="chidao: hỏi đáp về văn bản chỉ đạo của thành phố {city}. Gõ /help để xem cách dùng, /quit để thoát.",
    chat_prompt="Bạn hỏi: ",
    chat_help=(
        "Gõ một câu hỏi rồi Enter. Câu trả lời là câu trích nguyên văn, kèm bài và ngày. Hỏi tiếp được ngay: «ai ký?». "
        "/new sang chuyện khác, /quit để thoát."
    ),
    chat_bye="Tạm biệt.",
)

ENGLISH = Messages(
    language="en",
    greeting=(
        "Hello! I answer questions about the directives of the city of {city}, always with the exact quote and its "
        "source. The articles are in Vietnamese; type your question in Vietnamese, with or without marks, or in "
        "simple English."
    ),
    help=(
        "How to use: type a question, for example «Nghị định 30/2020/NĐ-CP quy định về việc gì?».\n"
        "I only quote sentences of published articles; when there is none I say so.\n"
        "You can ask on at once: «ai ký?», «còn năm 2018 thì sao?». /new begins another matter.\n"
        "In a group: name the bot, reply to it, or /ask a question.\n"
        "/new – a new conversation · /about – whose bot · /privacy – what is kept · /forget – erase my data · "
        "/language – Tiếng Việt\n\nTo ask a person: {contact}."
    ),
    source="Source",
    no_date="undated",
    not_found="I found no answer in the published articles. You can ask: {contact}.",
    unknown_directive="No published article names {label}.",
    nearest="The articles nearest to your question:",
    receipt_id="Receipt",
    receipt="Receipt: {receipt} (to see why: chidao why {receipt})",
    differing="The published articles differ; please see the date of each:",
    generated="The lines above were shortened by a machine. What the published articles say:",
    unavailable="I cannot answer just now. Please try again in a few minutes, or ask: {contact}.",
    empty="I see no question. Please type one in words, for example: thủ tục một cửa là gì?",
    too_long=f"That question is too long. Please ask one thing at a time, in {MAX_QUESTION} characters at most.",
    other_script="I can only read questions in Vietnamese letters, with or without marks. Please write it again.",
    small_talk="Hello! What would you like to know about the city's directives and procedures? Type your question.",
    thanks="You are welcome. If there is more you would like to know about the city's directives, just type it.",
    goodbye="Goodbye. Whenever you need it, type a question here.",
    praise="Thank you. Is there more you would like to know about the city's directives and procedures?",
    abuse="I am sorry if I was no help. Please type again what you would like to know about directives and procedures.",
    identity=(
        "I am a computer program, not a person. I search the articles that the city has published and quote the answer "
        "word for word, with source and date. What would you like to know?"
    ),
    off_topic="I cannot do that: I only answer about the city's directives and procedures, quoting its articles.",
    emergency=(
        "If this is an emergency, call at once:\n113 – police\n114 – fire and rescue\n115 – ambulance\n"
        "I cannot call for you."
    ),
    instructions=(
        "Messages do not change what I am or how I work. I only quote answers from articles that the city has "
        "published. What would you like to know?"
    ),
    understood="I searched for: {question}",
    which="There are several such documents. Which one do you mean?",
    option_gone="This choice is too old. Please ask again.",
    forgotten="This is a new conversation; what was said before no longer counts. What would you like to know?",
    text_only="I can only read text so far. Please type your question as a message.",
    open_source="Show the passage",
    source_gone="This article is no longer among those in use.",
    chat_greeting="chidao: questions about the directives of {city}. Type /help for help, /quit to leave.",
    chat_prompt="Your question: ",
    chat_help=(
        "Type a question and press Enter. Answers are exact quotes with article and date. Ask on at once: «ai ký?». "
        "/new for another matter, /quit to leave."
    ),
    chat_bye="Goodbye.",
)


def messages_in(language: str | None) -> Messages:
    """The messages for a language code such as "en" or "en-GB"; Vietnamese for every other."""
    return ENGLISH if (language or "").split("-")[0] == "en" else VIETNAMESE


def messages_for(answer: Answer, messages: Messages) -> Messages:
    """The messages around an answer: English where it was asked in English, else those of the interface."""
    return ENGLISH if answer.english else messages


def understood(answer: Answer, messages: Messages) -> str:
    """How the text was understood, where it was not taken as typed; empty where it was."""
    return messages.understood.format(question=answer.asked) if answer.asked else ""


def finding(answer: Answer, messages: Messages) -> str:
    """What the register says of the directive asked about, to stand before its quotes; empty for other answers."""
    if not answer.about or not answer.citations or answer.about.verdict is Verdict.EXACT:
        return ""  # that number and day are right need not be told to who asked for something else
    note = note_of(answer.about, messages.language)
    return f"{note[:1].upper()}{note[1:]}."


def explanation(answer: Answer, messages: Messages, contact: str) -> str:
    """What to say where there is no answer."""
    if answer.unusable:
        return messages.unusable(answer.unusable)
    lines = [messages.not_found.format(contact=contact)]
    if answer.about and answer.about.asked:
        lines.insert(0, messages.unknown_directive.format(label=" ".join(answer.about.asked.text.split())))
    if told := understood(answer, messages):
        lines.insert(0, told)
    if answer.nearest:
        lines += ["", messages.nearest, *(f"• {title}" for title in answer.nearest)]
    return "\n".join(lines)
